/*
 * The panel until its contents are loaded: quiet for as long as that takes but a moment, and a way to try again.
 * Top floor: React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Banner } from '../status/banner';

export interface IWaitingProps {
  readonly failed: boolean;
  readonly trans: TranslationBundle;
  onRetry(): void;
}

/** The header stands where it will stand. */
export function Waiting({ failed, trans, onRetry }: IWaitingProps): React.ReactElement {
  const sentences = {
    brief: '',
    title: trans.__('The list of people could not be loaded'),
    detail: trans.__(
      'The server may be out of reach. If trying again does not help, reload the page.'
    ),
    retry: true
  };
  return (
    <>
      <div className="jp-AwarenessPeople-header">
        <h2>{trans.__('People')}</h2>
        {!failed && <span className="jp-AwarenessPeople-loading">{trans.__('Loading…')}</span>}
      </div>
      <div role="status">
        {failed && <Banner sentences={sentences} trans={trans} onRetry={onRetry} />}
      </div>
    </>
  );
}
