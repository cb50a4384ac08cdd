/*
 * What is known of one document's file and of others' work in it: listens, looks on the disk, decides.
 * Top floor, but without DOM. What peers say only makes it look; that a version is newer is the server's word.
 */
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IPeer, IVersion } from '../peers';
import { Throttle } from '../throttle';
import type { IDocumentPresence } from '../tokens';
import { differs } from '../version';
import type { IFacts, INewer, IUnsaved, IUpdate, Mine, Notice } from './notice';
import { atStake, keyOf, noticeOf } from './notice';
import type { IAuthor } from './saves';
import { Saves } from './saves';

export interface IGuardOptions {
  readonly document: IDocumentPresence;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds by which a server without hashes may report times of one version differently. */
  margin(): number;
}

/* Milliseconds between two looks on the disk. */
const LOOK_EVERY = 300;

/* Milliseconds by which a look is put off for each peer in the room: they all look at the same file. */
const SPREAD = 10;

export class Guard implements IDisposable {
  constructor(options: IGuardOptions) {
    this._options = options;
    const { document } = options;
    document.changed.connect(this._onPeers, this);
    document.connectionChanged.connect(this._onConnection, this);
    document.work.changed.connect(this._onWork, this);
    document.lineage.changed.connect(this._onLineage, this);
    this._onPeers();
  }

  /** What there is to say now; null for nothing, or if the reader has hidden it. */
  get notice(): Notice | null {
    const notice = noticeOf(this._facts());
    return keyOf(notice) === this._hidden ? null : notice;
  }

  /** The version on disk, if it is another than the one this page shows. */
  get newer(): INewer | null {
    const { document, margin } = this._options;
    const { version, own } = document.lineage;
    const disk = this._disk;
    if (!disk || !version || !differs(disk, version, margin())) {
      return null;
    }
    const save = this._saves.writer(disk);
    const at = save?.seenAt ?? Math.min(disk.at, this._options.now());
    return {
      version: disk,
      at,
      by: save?.by ?? null,
      over: own && !this._saves.descends(disk, version)
    };
  }

  /** What of the reader's own is not in the file, nor in a copy. */
  get mine(): Mine {
    return atStake(this._facts());
  }

  /** The notice may have changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._later);
    this._looking.dispose();
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  /** Look on the disk now. */
  async look(): Promise<INewer | null> {
    const { lineage } = this._options.document;
    const { version } = lineage;
    const disk = await lineage.look();
    if (!this._isDisposed && lineage.version !== version) {
      return this.look(); // It was saved or read anew in the meantime.
    }
    if (!this._isDisposed && disk) {
      this._disk = disk;
      this._update();
    }
    return this.newer;
  }

  /** Look on the disk soon: something may have happened to the file. */
  suspect(): void {
    this._later ??= setTimeout(
      () => {
        this._later = undefined;
        this._looking.invoke();
      },
      Math.random() * SPREAD * this._options.document.peers.size
    );
  }

  /** A save of one's own, that no peer tells of: in another editor on this page. */
  hearOwn(save: IVersion): void {
    const { self } = this._options.document;
    if (self) {
      const by = { user: self, agent: false, self: true };
      this._saves.hear({ ...save, from: [] }, by, this._options.now());
    }
    this.suspect();
  }

  /** All that this page shows is in a copy now. */
  keep(path: string): void {
    this._kept = path;
    this._update();
  }

  /** The document was read anew without being asked; `newer` is what it was read for. */
  tell(newer: INewer): void {
    this._updated = { by: newer.by, at: newer.at, readAt: this._options.now() };
    this._update();
  }

  /** Say no more of what is said now, until there is something else to say. */
  hide(): void {
    this._hidden = keyOf(this.notice);
    this._update();
  }

  private _facts(): IFacts {
    const { document, now } = this._options;
    return {
      now: now(),
      connected: document.connection.kind === 'connected',
      work: document.work.since,
      unsaved: this._unsaved,
      newer: this.newer,
      kept: this._kept,
      updated: this._updated
    };
  }

  private _onPeers(): void {
    const { document } = this._options;
    const unsaved = new Map<string, IUnsaved>();
    const gone = new Set(this._known);
    let news = false;
    for (const peer of document.peers.values()) {
      gone.delete(peer.id);
      const by = this._author(peer);
      news = this._hear(peer, by) || news;
      if (peer.document?.dirty) {
        const { username } = peer.user;
        unsaved.set(username, earlier(unsaved.get(username), { by, since: peer.document.since }));
      }
    }
    // Whoever goes may have saved last of all, with nobody left to tell.
    if (gone.size > 0) {
      this.suspect();
    }
    this._known = new Set(document.peers.keys());
    const before = this._unsaved;
    this._unsaved = [...unsaved.values()];
    // People move all the time; what they do to the file is rare.
    if (news || JSON.stringify(before) !== JSON.stringify(this._unsaved)) {
      this._update();
    }
  }

  /* True if this was not known. */
  private _hear(peer: IPeer, by: IAuthor): boolean {
    const save = peer.document?.saved;
    const now = this._options.now();
    // Somebody who was here before has just saved, whatever the server's clock says.
    const seenAt = this._known.has(peer.id) ? now : Math.min(save?.at ?? now, now);
    if (!save || !this._saves.hear(save, by, seenAt)) {
      return false;
    }
    if (this._mayBeNewer(save)) {
      this.suspect();
    }
    return true;
  }

  private _mayBeNewer(save: IVersion): boolean {
    const { version } = this._options.document.lineage;
    return version !== null && save.at >= version.at && differs(save, version, 0);
  }

  private _author({ user, kind }: IPeer): IAuthor {
    const self = user.username === this._options.document.self?.username;
    return { user, agent: kind === 'agent', self };
  }

  /* While there was no connection, others may have saved and left. */
  private _onConnection(): void {
    const connected = this._options.document.connection.kind === 'connected';
    if (connected && this._wasLost) {
      this.suspect();
    }
    this._wasLost = !connected;
    this._update();
  }

  /* The right moment to learn that one is about to change an old version is before one has changed much. */
  private _onWork(): void {
    if (this._options.document.work.since !== null) {
      this._kept = null;
      this.suspect();
    }
    this._update();
  }

  private _onLineage(): void {
    this._disk = null;
    this._kept = null;
    const { version } = this._options.document.lineage;
    // Without a hash, others have written while this page did.
    if (version?.hash === '' || this._saves.any(save => this._mayBeNewer(save))) {
      this.suspect();
    }
    this._update();
  }

  private _update(): void {
    if (keyOf(noticeOf(this._facts())) !== this._hidden) {
      this._hidden = '';
    }
    this._changed.emit();
  }

  private readonly _options: IGuardOptions;
  private readonly _saves = new Saves();
  private _disk: IVersion | null = null;
  private _unsaved: readonly IUnsaved[] = [];
  private _known: ReadonlySet<number> = new Set();
  private _kept: string | null = null;
  private _updated: IUpdate | null = null;
  private _hidden = '';
  private _wasLost = false;
  private _later: ReturnType<typeof setTimeout> | undefined;
  private readonly _looking = new Throttle(
    () => {
      void this.look();
    },
    () => LOOK_EVERY
  );
  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
}

function earlier(known: IUnsaved | undefined, other: IUnsaved): IUnsaved {
  const since =
    known && known.since !== null && other.since !== null
      ? Math.min(known.since, other.since)
      : (known?.since ?? other.since);
  return { ...other, since };
}
