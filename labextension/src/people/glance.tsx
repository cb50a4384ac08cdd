/*
 * A few small faces in a narrow place, as in a row of files or on a tab: who is there, and whether with unsaved work.
 * Top floor: React, in nodes that JupyterLab makes and moves.
 */
import { editIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';

import type { IHolder } from '../holders';
import { initials } from '../palette';
import { Avatar } from './avatar';

/** So many faces there are at most, if there is room for them. */
export const MOST_FACES = 3;

/** What is to be seen. */
export interface IGlance {
  /** What it is of: a glance never shows for a moment what it showed of something else. */
  readonly subject: string;
  /** In words, for the mouse and for screen readers. */
  readonly label: string;
  readonly holders: readonly IHolder[];
  /** So many faces are shown, or one more instead of a '+1'; the others are counted. */
  readonly most: number;
  /** Not connected: these are the last ones known. */
  readonly stale: boolean;
  /** Dots are quieter than faces. */
  readonly as: 'faces' | 'dots';
}

/** The glances of one kind of place; each is the last child of its parent. */
export class Glances {
  /** Show a glance in a parent, or nothing. Returns its node, null for nothing. */
  show(parent: HTMLElement, glance: IGlance | null): HTMLElement | null {
    const known = this._shown.get(parent);
    if (known && (known.subject !== glance?.subject || known.node.parentNode !== parent)) {
      this._remove(parent, known);
    }
    if (!glance || glance.holders.length === 0) {
      this._remove(parent, this._shown.get(parent));
      return null;
    }
    return this._draw(this._shown.get(parent) ?? this._add(parent, glance), glance);
  }

  private _add(parent: HTMLElement, { subject }: IGlance): IShown {
    const node = document.createElement('span');
    node.className = 'jp-AwarenessGlance';
    node.id = `jp-awareness-glance-${++count}`;
    node.setAttribute('role', 'img');
    parent.append(node);
    const shown = { subject, node, root: createRoot(node), text: '' };
    this._shown.set(parent, shown);
    return shown;
  }

  /* Nothing is drawn that has been drawn already. */
  private _draw(shown: IShown, glance: IGlance): HTMLElement {
    const text = JSON.stringify(glance);
    const { node } = shown;
    if (shown.text !== text) {
      shown.text = text;
      node.title = glance.label;
      node.setAttribute('aria-label', glance.label);
      node.dataset.as = glance.as;
      node.toggleAttribute('data-stale', glance.stale);
      node.toggleAttribute('data-unsaved', isUnsaved(glance));
      shown.root.render(<Faces {...glance} />);
    }
    return node;
  }

  private _remove(parent: HTMLElement, shown: IShown | undefined): void {
    if (shown) {
      this._shown.delete(parent);
      shown.root.unmount();
      shown.node.remove();
    }
  }

  private readonly _shown = new WeakMap<HTMLElement, IShown>();
}

interface IShown {
  readonly subject: string;
  readonly node: HTMLElement;
  readonly root: Root;
  text: string;
}

/* For the ids of all glances on the page. */
let count = 0;

function isUnsaved({ holders }: Pick<IGlance, 'holders'>): boolean {
  return holders.some(one => one.dirty);
}

/* One letter each: so small and so close together, a second one could not be read. */
function Faces({ holders, most }: Pick<IGlance, 'holders' | 'most'>): React.ReactElement {
  const shown = holders.length > most + 1 ? holders.slice(0, most) : holders;
  const more = holders.length - shown.length;
  return (
    <>
      {isUnsaved({ holders }) && (
        <editIcon.react tag="span" className="jp-AwarenessGlance-unsaved" aria-hidden="true" />
      )}
      {shown.map(({ user, agent, status }) => (
        <span
          key={user.username}
          className="jp-AwarenessGlance-slot"
          data-kind={agent ? 'agent' : 'person'}
          data-status={status}
          aria-hidden="true"
        >
          <Avatar user={{ ...user, initials: initials(user.initials) }} agent={agent} />
        </span>
      ))}
      {more > 0 && (
        <span className="jp-AwarenessGlance-more" aria-hidden="true">
          +{more}
        </span>
      )}
    </>
  );
}
