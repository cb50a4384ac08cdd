/*
 * The notice above the list of people while the connection is not there.
 * Top floor: React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { offlineBoltIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ISentences } from './sentences';

export interface IBannerProps {
  readonly sentences: ISentences;
  readonly trans: TranslationBundle;
  onRetry(): void;
}

/** Says what is wrong, what it means, and offers the one thing that can be done. */
export function Banner({ sentences, trans, onRetry }: IBannerProps): React.ReactElement {
  const { title, detail, retry } = sentences;
  return (
    <div className="jp-AwarenessBanner">
      <offlineBoltIcon.react tag="span" className="jp-AwarenessBanner-icon" width="16px" />
      <div>
        <strong className="jp-AwarenessBanner-title">{title}</strong>
        <p className="jp-AwarenessBanner-detail">{detail}</p>
        {retry && (
          <button type="button" className="jp-AwarenessBanner-retry" onClick={onRetry}>
            {trans.__('Try again now')}
          </button>
        )}
      </div>
    </div>
  );
}
