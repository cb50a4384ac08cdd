/*
 * The mark of not being seen: an eye with a stroke through it.
 * Top floor: React.
 */
import * as React from 'react';

const EYE =
  'M2 8s2.2-4 6-4 6 4 6 4-2.2 4-6 4-6-4-6-4zm6 2a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM3 13.2 13.2 3l.9.9L3.9 14.1z';

/** Decoration for the eye: a text beside it says the same. */
export function UnseenMark(): React.ReactElement {
  return (
    <svg className="jp-AwarenessUnseen" viewBox="0 0 16 16" aria-hidden="true">
      <path fillRule="evenodd" d={EYE} />
    </svg>
  );
}
