/*
 * The side panel of people. What it shows is loaded when it is first shown.
 * Top floor: a Lumino widget around the React list.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, usersIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { Lazy } from '../lazy';
import { pulse } from '../pulse';
import { Throttle } from '../throttle';
import type { IChoices, IPresence } from '../tokens';
import { RowActions } from './actions';
import type { CurrentDocument } from './current';
import type { ITab } from './rows';
import { Waiting } from './waiting';

/** The panel's id in the shell. */
export const PANEL_ID = 'jp-awareness-people';

/** Milliseconds between two drawings: rooms change many times a second, people read slower. */
const DRAW_EVERY = 100;

export interface IPanelOptions {
  readonly presence: IPresence;
  readonly current: CurrentDocument;
  readonly trans: TranslationBundle;
  readonly commands: CommandRegistry;
  /** Go to where somebody is. */
  onGo(tab: ITab): void;
}

/** Draws only while it can be seen. */
export class PeoplePanel extends ReactWidget {
  constructor(private readonly _options: IPanelOptions) {
    super();
    const { commands, presence, current, trans } = _options;
    this._actions = new RowActions(commands);
    commands.commandChanged.connect(this._onCommand, this);
    this.id = PANEL_ID;
    this.addClass('jp-AwarenessPeople');
    this.title.icon = usersIcon;
    this.title.caption = trans.__('People');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this.title.caption);
    presence.lobby.changed.connect(this._redraw, this);
    presence.lobby.connectionChanged.connect(this._load, this);
    presence.lobby.connectionChanged.connect(this._redraw, this);
    presence.lobby.helloChanged.connect(this._redraw, this);
    presence.preferences.changed.connect(this._redraw, this);
    current.changed.connect(this._redraw, this);
    current.peopleChanged.connect(this._redraw, this);
  }

  override dispose(): void {
    this._pulse.dispose();
    this._drawing.dispose();
    super.dispose();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._load();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._load();
    this.update();
  }

  protected override render(): React.ReactElement {
    const { trans } = this._options;
    return (
      this._inside.loaded?.inside({
        ...this._options,
        actions: this._actions,
        beat: this._beat,
        onChoose: this._choose,
        onRetry: this._retry
      }) ?? React.createElement(Waiting, { failed: this._failed, trans, onRetry: this._load })
    );
  }

  /* Once it is wanted; again, each time that there is a chance. */
  private readonly _load = (): void => {
    if (this.isVisible && this._inside.loaded === null) {
      void this._inside.load().then(
        () => {
          this._show(false);
        },
        () => {
          this._show(true);
        }
      );
    }
  };

  private _show(failed: boolean): void {
    if (!this.isDisposed) {
      this._failed = failed;
      this.update();
    }
  }

  private readonly _choose = (choices: Partial<IChoices>): void => {
    this._options.presence.preferences.set(choices);
  };

  private readonly _retry = (): void => {
    this._options.presence.lobby.reconnect();
    this._options.current.document?.reconnect();
  };

  private _onCommand(_: CommandRegistry, { id }: CommandRegistry.ICommandChangedArgs): void {
    if (this._actions.concerns(id)) {
      this._redraw();
    }
  }

  private _redraw(): void {
    if (this.isVisible) {
      this._drawing.invoke();
    }
  }

  private readonly _inside = new Lazy(() => import('./inside'));
  private _failed = false;
  private _beat = 0;
  private readonly _pulse = pulse(() => {
    this._beat += 1;
    this._redraw();
  });
  private readonly _actions: RowActions;
  private readonly _drawing = new Throttle(
    () => {
      this.update();
    },
    () => DRAW_EVERY
  );
}
