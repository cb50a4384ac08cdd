/*
 * The side panel of people.
 * Top floor: a Lumino widget around the React list.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, usersIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { pulse } from '../pulse';
import { Throttle } from '../throttle';
import type { IChoices, IDocumentPresence, IPresence, IRoom } from '../tokens';
import { noticeOf, swatches, switches } from './choices';
import type { CurrentDocument } from './current';
import { RowActions } from './actions';
import { describeIn } from './contents';
import { People } from './people';
import type { ICurrent, ISeen, ITab } from './rows';
import { sections } from './rows';
import type { IYou } from './you';

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

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.update();
  }

  protected override render(): React.ReactElement {
    const { current, presence, trans, onGo } = this._options;
    const { lobby } = presence;
    return React.createElement(People, {
      sections: sections(seen(lobby), shown(current)),
      within: current.document?.path,
      beat: this._beat,
      you: you(presence, trans),
      connection: lobby.connection,
      met: lobby.hello !== null,
      trans,
      actions: this._actions,
      onGo,
      onChoose: this._choose,
      onRetry: this._retry
    });
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

function you({ lobby, preferences, self }: IPresence, trans: TranslationBundle): IYou {
  const { hello, people } = lobby;
  const { current } = preferences;
  return {
    user: self,
    usual: hello?.user.color ?? '',
    notice: noticeOf(current, hello, trans),
    switches: switches(current, hello, trans),
    swatches: swatches(current, hello, people, trans)
  };
}

function seen({ people, connection }: IRoom | IDocumentPresence): ISeen {
  return { people, live: connection.kind === 'connected' };
}

/* Without a room it is unknown who has the document open: nothing is said of it then. */
function shown({ document, widget }: CurrentDocument): (ICurrent & ISeen) | null {
  return document && document.connection.kind !== 'off'
    ? { ...seen(document), path: document.path, describe: describeIn(widget) }
    : null;
}
