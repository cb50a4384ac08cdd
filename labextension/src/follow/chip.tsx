/*
 * The mark in the status bar that others follow the user.
 * Top floor: a Lumino widget around React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import type { IUser } from '../peers';
import type { IRoom } from '../tokens';
import { followIcon } from './icons';
import { followersText } from './wording';

export interface IChipOptions {
  readonly lobby: IRoom;
  readonly trans: TranslationBundle;
  /** It was clicked. */
  onOpen(): void;
}

/** There is something to show only while somebody follows. */
export class FollowersChip extends ReactWidget {
  constructor(private readonly _options: IChipOptions) {
    super();
    this.addClass('jp-AwarenessFollowers');
    _options.lobby.changed.connect(this._look, this);
  }

  /** Whether somebody follows. */
  get isFilled(): boolean {
    return this._followers.length > 0;
  }

  /** `isFilled` changed. */
  get filled(): ISignal<this, void> {
    return this._filled;
  }

  protected override render(): React.ReactElement {
    const { trans, onOpen } = this._options;
    const text = followersText(this._followers, trans);
    return (
      <>
        {text !== '' && (
          <button
            type="button"
            className="jp-AwarenessStatus-button"
            title={this._followers.map(user => user.display_name).join(', ')}
            aria-label={trans.__('%1. Open the list of people', text)}
            onClick={onOpen}
          >
            <followIcon.react tag="span" className="jp-AwarenessStatus-icon" width="16px" />
            <span>{text}</span>
          </button>
        )}
        <span role="status" className="jp-Awareness-unseen">
          {text}
        </span>
      </>
    );
  }

  private _look(): void {
    const { people } = this._options.lobby;
    const followers = people.filter(person => person.followsSelf).map(({ user }) => user);
    const wasFilled = this.isFilled;
    if (names(followers) !== names(this._followers)) {
      this._followers = followers;
      this.update();
    }
    if (wasFilled !== this.isFilled) {
      this._filled.emit();
    }
  }

  private _followers: readonly IUser[] = [];
  private readonly _filled = new Signal<this, void>(this);
}

function names(users: readonly IUser[]): string {
  return JSON.stringify(users.map(user => [user.username, user.display_name]));
}
