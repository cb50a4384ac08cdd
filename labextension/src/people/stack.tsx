/*
 * Overlapping faces in a toolbar: who has a document open, or who is here at all.
 * Top floor: a Lumino widget around React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { Frame } from '../editor/frame';
import type { IPerson } from '../peers';
import { pulse } from '../pulse';
import { Throttle } from '../throttle';
import type { IConnection, IPeerChange } from '../tokens';
import { Avatar, personColors } from './avatar';
import type { IRow } from './rows';
import { Tip } from './tip';
import { lastKnown, lineText, rowSentence } from './wording';

/** So many faces are shown; the others are counted. */
const MOST_FACES = 5;

/** Milliseconds between two drawings. */
const DRAW_EVERY = 200;

/** Whose people a stack shows: a room, or the presence in a document. */
export interface IPeopleSource {
  readonly people: readonly IPerson[];
  readonly connection: IConnection;
  readonly changed: ISignal<unknown, IPeerChange>;
  readonly connectionChanged: ISignal<unknown, IConnection>;
}

export interface IStackOptions {
  /** What the faces have in common: 'People in this document'. */
  readonly label: string;
  readonly trans: TranslationBundle;
  /** Whether one's own face is shown too; a stack with nobody else in it is hidden either way. */
  readonly withSelf: boolean;
  /** Once shown, stay as an empty space when the others have left, so that the toolbar does not jump. */
  readonly keepsRoom: boolean;
  /** The path that need not be repeated in every tooltip. */
  within(): string | undefined;
  /** The people as rows, oneself first. */
  rows(people: readonly IPerson[]): readonly IRow[];
  onGo(row: IRow): void;
  /** The '+3' was clicked. */
  onMore(): void;
}

/** Hidden while nobody else is there, or while it has no source. */
export class AvatarStack extends ReactWidget {
  constructor(private readonly _options: IStackOptions) {
    super();
    this.addClass('jp-AwarenessStack');
    this.node.setAttribute('role', 'group');
    this._tip = new Tip(this.node);
    this._pulse = pulse(() => {
      this._beat();
    });
    this._draw();
  }

  /** Whether the user wants to see it. */
  set enabled(enabled: boolean) {
    this._enabled = enabled;
    this._draw();
  }

  set source(source: IPeopleSource | null) {
    this._source?.changed.disconnect(this.refresh, this);
    this._source?.connectionChanged.disconnect(this.refresh, this);
    this._source = source;
    source?.changed.connect(this.refresh, this);
    source?.connectionChanged.connect(this.refresh, this);
    this._draw();
  }

  /** Something else that the rows are made of has changed. */
  refresh(): void {
    this._drawing.invoke();
  }

  override dispose(): void {
    this.source = null;
    this._drawing.dispose();
    this._frame.dispose();
    this._pulse.dispose();
    this._tip.dispose();
    super.dispose();
  }

  protected override render(): React.ReactElement {
    return <Faces {...this._options} rows={this._rows} stale={this._stale} />;
  }

  private _draw(): void {
    const rows = this._source ? this._options.rows(this._source.people) : [];
    this._rows = rows.filter(row => this._options.withSelf || !row.self).sort(awayLast);
    this._stale = this._source !== null && this._source.connection.kind !== 'connected';
    const { label, trans } = this._options;
    this.node.setAttribute('aria-label', this._stale ? lastKnown(label, trans) : label);
    this._settle(rows.some(row => !row.self));
    this._tip.hide();
    this.update();
  }

  /* The tooltip that is read stays. */
  private _beat(): void {
    if (this._rows.some(row => row.seen !== null)) {
      this.update();
    }
  }

  private _settle(populated: boolean): void {
    this._seen ||= populated;
    const kept = this._options.keepsRoom && this._seen;
    this.setHidden(!this._enabled || !(populated || kept));
    this.toggleClass('jp-mod-vacant', !populated);
  }

  private _source: IPeopleSource | null = null;
  private _rows: readonly IRow[] = [];
  private _stale = false;
  private _enabled = true;
  private _seen = false;
  private readonly _tip: Tip;
  private readonly _pulse: IDisposable;
  private readonly _frame = new Frame(() => {
    this._draw();
  });
  private readonly _drawing = new Throttle(
    () => {
      this._frame.request();
    },
    () => DRAW_EVERY
  );
}

/* Otherwise they keep the order of people, so that faces do not move about. */
function awayLast(a: IRow, b: IRow): number {
  return (
    Number(b.self) - Number(a.self) || Number(a.status === 'away') - Number(b.status === 'away')
  );
}

interface IFacesProps extends Omit<IStackOptions, 'rows'> {
  readonly rows: readonly IRow[];
  readonly stale: boolean;
}

function Faces(props: IFacesProps): React.ReactElement {
  const { rows } = props;
  // A '+1' would take the place of the face that it counts.
  const shown = rows.length > MOST_FACES + 1 ? rows.slice(0, MOST_FACES) : rows;
  const more = rows.slice(shown.length);
  return (
    <span className="jp-AwarenessStack-faces" data-stale={props.stale || undefined}>
      {shown.map(row => (
        <span key={row.key} className="jp-AwarenessStack-slot">
          <FaceButton {...props} row={row} />
        </span>
      ))}
      {more.length > 0 && (
        <span className="jp-AwarenessStack-slot">
          <MoreButton more={more} trans={props.trans} onMore={props.onMore} />
        </span>
      )}
    </span>
  );
}

interface IMoreProps extends Pick<IStackOptions, 'trans' | 'onMore'> {
  readonly more: readonly IRow[];
}

function MoreButton({ more, trans, onMore }: IMoreProps): React.ReactElement {
  const count = more.length;
  return (
    <button
      type="button"
      className="jp-AwarenessStack-more"
      aria-label={trans._n('%1 more person', '%1 more people', count, count)}
      data-tip-name={trans.__('%1 more', count)}
      data-tip-text={names(more)}
      onClick={onMore}
    >
      +{count}
    </button>
  );
}

function FaceButton(props: IFacesProps & { readonly row: IRow }): React.ReactElement {
  const { row, trans, onGo } = props;
  const within = props.within();
  const name = row.self ? trans.__('%1 (you)', row.user.display_name) : row.user.display_name;
  return (
    <button
      type="button"
      className="jp-AwarenessStack-face"
      data-status={row.status}
      data-stale={row.unreachable || undefined}
      data-kind={row.agent ? 'agent' : 'person'}
      data-awareness-person={row.key}
      style={personColors(row.user.color)}
      aria-label={rowSentence(row, trans, within)}
      data-tip-name={name}
      data-tip-text={lineText(row, trans, within)}
      onClick={() => {
        onGo(row);
      }}
    >
      <Avatar user={row.user} agent={row.agent} />
    </button>
  );
}

/* As many as can be read at a glance. */
function names(rows: readonly IRow[]): string {
  const shown = rows.slice(0, 10).map(row => row.user.display_name);
  return [...shown, ...(rows.length > shown.length ? ['…'] : [])].join(', ');
}
