/*
 * Those who are above or below what can be seen, at the edge of the notebook; a click goes there.
 * Top floor: React components without any state.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Avatar, personColors } from '../people/avatar';
import type { IFar } from './beyond';
import { allNames, visitorName, visitorText } from './wording';

/** So many faces, and how many more there are, fit beside the text of the cells. */
const MOST_FACES = 2;

export interface IEdgeProps {
  readonly side: 'above' | 'below';
  /** Nearest first. */
  readonly far: readonly IFar[];
  /** Whether it would lie over what the user writes. */
  readonly aside: boolean;
  readonly trans: TranslationBundle;
  onGo(far: IFar): void;
  /** The '+3' was clicked. */
  onMore(): void;
}

/** Nothing while nobody is out of sight on that side. */
export function Edge(props: IEdgeProps): React.ReactElement | null {
  const { side, far, trans } = props;
  // A '+1' would take the place of the face that it counts.
  const shown = far.length > MOST_FACES + 1 ? far.slice(0, MOST_FACES) : far;
  const more = far.slice(shown.length).map(({ visitor }) => visitor);
  if (far.length === 0) {
    return null;
  }
  return (
    <div
      className="jp-AwarenessEdge"
      data-side={side}
      data-aside={props.aside || undefined}
      role="group"
      aria-label={side === 'above' ? trans.__('People above') : trans.__('People below')}
    >
      <svg className="jp-AwarenessEdge-arrow" viewBox="0 0 10 10" aria-hidden="true">
        <path d={side === 'above' ? 'M1 6.5 5 2.5 9 6.5' : 'M1 3.5 5 7.5 9 3.5'} />
      </svg>
      {shown.map(one => (
        <FarFace key={one.visitor.user.username} {...props} one={one} />
      ))}
      {more.length > 0 && (
        <button
          type="button"
          className="jp-AwarenessEdge-more"
          aria-label={trans._n('%1 more person', '%1 more people', more.length, more.length)}
          data-tip-name={trans.__('%1 more', more.length)}
          data-tip-text={allNames(more, trans)}
          onClick={props.onMore}
        >
          +{more.length}
        </button>
      )}
    </div>
  );
}

function FarFace(props: IEdgeProps & { readonly one: IFar }): React.ReactElement {
  const { one, side, trans } = props;
  const { visitor, index } = one;
  const name = visitorName(visitor, trans);
  const place = trans.__('Cell %1', index + 1);
  const sentence =
    side === 'above'
      ? trans.__('%1 is in cell %2, above. Go there', name, index + 1)
      : trans.__('%1 is in cell %2, below. Go there', name, index + 1);
  return (
    <button
      type="button"
      className="jp-AwarenessEdge-face"
      data-status={visitor.status}
      style={personColors(visitor.user.color)}
      aria-label={sentence}
      data-tip-name={name}
      data-tip-text={[place, visitorText(visitor, trans)].join(' · ')}
      onClick={() => {
        props.onGo(one);
      }}
    >
      <Avatar user={visitor.user} agent={visitor.agent} />
    </button>
  );
}
