/*
 * Following as a whole: what leads, what moves, what draws and what ends it, each told of the others.
 * Top floor.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { Follow } from '../follow';
import type { Ending } from '../follow';
import type { IUser } from '../peers';
import type { Settings } from '../settings';
import type { IPresence } from '../tokens';
import { Acting } from './acting';
import { FollowFrame } from './frame';
import { Guide } from './guide';
import { Lookout } from './lookout';
import { endText, followText } from './wording';

export interface IJourneyOptions {
  readonly app: Pick<JupyterFrontEnd, 'serviceManager' | 'shell'>;
  readonly presence: IPresence;
  readonly manager: IDocumentManager;
  readonly settings: Settings;
  readonly trans: TranslationBundle;
}

/** For so long it can be read that following has ended, in milliseconds. */
const READ_MS = 6000;

export class Journey implements IDisposable {
  constructor(private readonly _options: IJourneyOptions) {
    const { app, manager, presence, settings, trans } = _options;
    this.follow = new Follow(presence.lobby);
    this._lookout = new Lookout(presence, app.shell, () => settings.current.following);
    this._acting = new Acting(place => isInMain(app.shell, place));
    this._guide = new Guide({
      follow: this.follow,
      presence,
      manager,
      contents: app.serviceManager.contents,
      shell: app.shell,
      onMove: () => {
        this._lookout.led = true;
      }
    });
    this._frame = new FollowFrame({
      area: mainArea(app.shell),
      trans,
      onStop: () => {
        this._stop();
      }
    });
    this._acting.acted.connect(this._onActed, this);
    this._acting.escaped.connect(this._stop, this);
    this._guide.left.connect(this._onActed, this);
    this._guide.changed.connect(this._draw, this);
    this.follow.changed.connect(this._draw, this);
    this.follow.ended.connect(this._onEnded, this);
    settings.changed.connect(this._obey, this);
    presence.preferences.changed.connect(this._obey, this);
    this._obey();
  }

  readonly follow: Follow;

  get isDisposed(): boolean {
    return this.follow.isDisposed;
  }

  dispose(): void {
    const { presence, settings } = this._options;
    settings.changed.disconnect(this._obey, this);
    presence.preferences.changed.disconnect(this._obey, this);
    for (const part of [this.follow, this._guide, this._lookout, this._acting, this._frame]) {
      part.dispose();
    }
    Signal.clearData(this);
  }

  /* What one does oneself is one's own again, and in most settings the end. */
  private _onActed(): void {
    this._lookout.led = false;
    this._guide.rest();
    if (this._options.settings.current.followEnds === 'input') {
      this.follow.stop('acted');
    }
  }

  private _stop(): void {
    this.follow.stop('stopped');
  }

  private _onEnded(_: Follow, { user, why }: { user: IUser; why: Ending }): void {
    this._lookout.led = false;
    const text = endText(user, why, this._options.trans);
    if (text !== null) {
      Notification.info(text, { autoClose: READ_MS });
    }
  }

  private _draw(): void {
    const { current } = this.follow;
    const { unopened } = this._guide;
    this._frame.show(
      current && {
        name: current.user.display_name,
        text: followText(current, unopened, this._options.trans),
        color: current.user.color,
        waiting: current.phase !== 'leading' || unopened !== null
      }
    );
  }

  /* What the user wants, and what the settings allow. */
  private _obey(): void {
    const { presence, settings } = this._options;
    const { following } = settings.current;
    const isFollowable = following && presence.preferences.current.followable;
    presence.lobby.set('followable', isFollowable ? undefined : false);
    this._lookout.refresh();
    if (!following) {
      this._stop();
    }
  }

  private readonly _lookout: Lookout;
  private readonly _acting: Acting;
  private readonly _guide: Guide;
  private readonly _frame: FollowFrame;
}

function isInMain(shell: JupyterFrontEnd.IShell, place: Node): boolean {
  return [...shell.widgets('main')].some(widget => widget.node.contains(place));
}

/* Of JupyterLab, of Notebook, or of whatever else there is. */
function mainArea({ node }: JupyterFrontEnd.IShell): HTMLElement {
  return node.querySelector<HTMLElement>('#jp-main-dock-panel, #main-panel') ?? node;
}
