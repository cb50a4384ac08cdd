/*
 * The bar between a document and its toolbar: what others do to the file, and what can be done about it.
 * Top floor: a Lumino widget around React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, closeIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';
import * as React from 'react';

import { Avatar, personColors } from '../people/avatar';
import { Announcer } from './announcer';
import { buttonsOf } from './buttons';
import type { IButton, IDeeds } from './buttons';
import type { Guard } from './guard';
import type { Notice } from './notice';
import { UPDATED_FOR } from './notice';
import type { IAuthor } from './saves';
import { untilNext } from './times';
import type { IWords } from './wording';
import { sentences, spoken, words } from './wording';

export interface IBarOptions {
  readonly guard: Guard;
  readonly deeds: IDeeds;
  readonly trans: TranslationBundle;
  now(): number;
}

/* So many faces are shown; the sentence has the names. */
const MOST_FACES = 3;

/** Hidden while there is nothing to say. */
export class GuardBar extends ReactWidget {
  constructor(private readonly _options: IBarOptions) {
    super();
    this.addClass('jp-AwarenessGuard');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _options.trans.__('Changes by others'));
    this.hide();
    _options.guard.changed.connect(this._onGuard, this);
    this._onGuard();
  }

  /** What screen readers are told; it stands outside, for what is hidden is not heard. */
  get announcement(): HTMLElement {
    return this._announcer.node;
  }

  override dispose(): void {
    clearTimeout(this._timer);
    this._announcer.dispose();
    this._options.guard.changed.disconnect(this._onGuard, this);
    super.dispose();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._onGuard();
  }

  /* In a narrow panel the buttons get a line of their own, for which the layout has to make room. */
  protected override onResize(msg: Widget.ResizeMessage): void {
    super.onResize(msg);
    const { minHeight } = getComputedStyle(this.node);
    if (minHeight !== this._minHeight) {
      this._minHeight = minHeight;
      this.parent?.fit();
    }
  }

  protected override render(): React.ReactElement | null {
    const { deeds, trans, now } = this._options;
    return (
      this._notice && (
        <Content
          notice={this._notice}
          words={words(this._notice, now(), trans)}
          buttons={buttonsOf(this._notice, deeds, trans)}
          trans={trans}
          onHide={() => {
            this._options.guard.hide();
          }}
          onDrawn={() => {
            this.show(); // Not before there is something in it.
          }}
        />
      )
    );
  }

  private _onGuard(): void {
    const { guard, trans } = this._options;
    this._notice = guard.notice;
    this._announcer.say(this._notice ? spoken(this._notice, trans) : '');
    if (!this._notice) {
      this.hide();
    }
    this.node.dataset.notice = this._notice?.kind ?? '';
    this.toggleClass('jp-mod-serious', isSerious(this._notice));
    this.update();
    this._keepFresh();
  }

  /* Say the time anew as long as it can be seen; a notice of the past goes by itself. */
  private _keepFresh(): void {
    clearTimeout(this._timer);
    const { guard, now } = this._options;
    const notice = this._notice;
    if (notice?.kind === 'updated') {
      const rest = notice.update.readAt + UPDATED_FOR - now();
      const next = Math.min(rest, untilNext(notice.update.at, now()) ?? rest);
      this._after(Math.max(0, next));
    } else if (notice?.kind === 'newer' && guard.newer) {
      const next = untilNext(notice.newer.at, now());
      if (next !== null && this.isVisible) {
        this._after(next);
      }
    }
  }

  private _after(milliseconds: number): void {
    this._timer = setTimeout(() => {
      this._onGuard();
    }, milliseconds);
  }

  private _notice: Notice | null = null;
  private _minHeight = '';
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _announcer = new Announcer();
}

/* Something of the reader's is at stake. */
function isSerious(notice: Notice | null): boolean {
  return notice?.kind === 'both' || (notice?.kind === 'newer' && notice.mine !== 'nothing');
}

interface IContentProps {
  readonly notice: Notice;
  readonly words: IWords;
  readonly buttons: readonly IButton[];
  readonly trans: TranslationBundle;
  onHide(): void;
  onDrawn(): void;
}

function Content(props: IContentProps): React.ReactElement {
  const { notice, buttons, trans, onHide, onDrawn } = props;
  const { title, detail } = props.words;
  React.useLayoutEffect(onDrawn);
  return (
    <>
      <Faces people={peopleIn(notice)} />
      <span className="jp-AwarenessGuard-words" title={sentences(title, detail)}>
        <strong>{title}</strong>
        {detail && <span>{detail}</span>}
      </span>
      <span className="jp-AwarenessGuard-buttons">
        {buttons.map(({ label, primary, run }) => (
          <button
            key={label}
            type="button"
            className={primary ? 'jp-mod-primary' : ''}
            onClick={run}
          >
            {label}
          </button>
        ))}
        {notice.kind !== 'newer' && (
          <button
            type="button"
            className="jp-AwarenessGuard-hide"
            title={trans.__('Hide until something changes')}
            aria-label={trans.__('Hide until something changes')}
            onClick={onHide}
          >
            <closeIcon.react tag="span" width="12px" />
          </button>
        )}
      </span>
    </>
  );
}

function Faces({ people }: { readonly people: readonly IAuthor[] }): React.ReactElement {
  return (
    <span className="jp-AwarenessGuard-faces" aria-hidden="true">
      {people.slice(0, MOST_FACES).map(({ user, agent }) => (
        <span key={user.username} style={personColors(user.color)}>
          <Avatar user={user} agent={agent} />
        </span>
      ))}
    </span>
  );
}

function peopleIn(notice: Notice): readonly IAuthor[] {
  switch (notice.kind) {
    case 'others':
    case 'both':
      return notice.people;
    case 'newer':
      return notice.newer.by ? [notice.newer.by] : [];
    case 'updated':
      return notice.update.by ? [notice.update.by] : [];
  }
}
