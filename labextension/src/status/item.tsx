/*
 * The status bar's item: how many are here, or that the connection is not.
 * Top floor: a Lumino widget around React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, usersIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { noticeOf } from '../people/notices';
import { UnseenMark } from '../people/unseen';
import { headCount } from '../people/wording';
import { Throttle } from '../throttle';
import type { IPreferences, IRoom } from '../tokens';
import { sentences } from './sentences';

export interface IStatusOptions {
  readonly lobby: IRoom;
  readonly preferences: IPreferences;
  readonly trans: TranslationBundle;
  /** It was clicked. */
  onOpen(): void;
}

/** Milliseconds between two drawings. */
const DRAW_EVERY = 200;

/** A button; changes of the connection, not of the number, are announced to screen readers. */
export class PresenceStatus extends ReactWidget {
  constructor(private readonly _options: IStatusOptions) {
    super();
    this.addClass('jp-AwarenessStatus');
    _options.lobby.changed.connect(this._redraw, this);
    _options.lobby.connectionChanged.connect(this._redraw, this);
    _options.preferences.changed.connect(this._redraw, this);
  }

  override dispose(): void {
    this._drawing.dispose();
    super.dispose();
  }

  protected override render(): React.ReactElement {
    return <Item {...this._options} />;
  }

  private _redraw(): void {
    this._drawing.invoke();
  }

  private readonly _drawing = new Throttle(
    () => {
      this.update();
    },
    () => DRAW_EVERY
  );
}

function Item({ lobby, preferences, trans, onOpen }: IStatusOptions): React.ReactElement {
  const { people, connection, hello } = lobby;
  const trouble = sentences(connection, hello !== null, trans);
  const notice = noticeOf(preferences.current, hello, trans);
  const counted = people.map(person => ({ agent: person.kind === 'agent' }));
  const here = trans.__('%1 here', headCount(counted, trans));
  const state = trouble ? [trouble.title, trouble.detail] : [here];
  const title = [...state, notice?.title ?? ''].filter(Boolean).join('. ');
  const named = [trouble?.title ?? here, notice?.title ?? ''].filter(Boolean).join('. ');
  return (
    <>
      <button
        type="button"
        className="jp-AwarenessStatus-button"
        data-connection={connection.kind}
        title={title}
        aria-label={trans.__('%1. Open the list of people', named)}
        onClick={onOpen}
      >
        <usersIcon.react tag="span" className="jp-AwarenessStatus-icon" width="16px" />
        <span>{trouble ? trouble.brief : people.length}</span>
        {notice?.kind === 'unseen' && (
          <>
            <UnseenMark />
            <span>{notice.title}</span>
          </>
        )}
      </button>
      <span role="status" className="jp-Awareness-unseen">
        {trouble?.title ?? notice?.title}
      </span>
    </>
  );
}
