/*
 * The sections of people in the panel, and the keys that move through them.
 * Top floor: React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { PersonRow } from './row';
import type { ITab, ISection } from './rows';
import { sectionTitle } from './wording';

export interface IListProps {
  readonly sections: readonly ISection[];
  /** The path of the current document. */
  readonly within: string | undefined;
  readonly trans: TranslationBundle;
  onGo(tab: ITab): void;
}

/** One Tab stop for all rows; arrows, Home and End move, Right and Left show and hide a person's tabs. */
export function PeopleList(props: IListProps): React.ReactElement {
  const { sections, trans } = props;
  const [focused, setFocused] = React.useState<string | null>(null);
  const [expanded, toggle] = useToggles();
  const rows = sections.flatMap(section => section.rows);
  const tabStop = rows.some(row => row.key === focused) ? focused : rows[0]?.key;
  const id = React.useId();
  return (
    <div
      className="jp-AwarenessPeople-list"
      onFocus={event => {
        setFocused(personOf(event.target) ?? focused);
      }}
      onKeyDown={event => {
        move(event, key => {
          toggle(key, event.key === 'ArrowRight');
        });
      }}
    >
      {sections.map(section => (
        <section
          key={section.id}
          data-stale={!section.live || undefined}
          aria-labelledby={`${id}${section.id}`}
        >
          <h3 id={`${id}${section.id}`} className="jp-AwarenessPeople-heading">
            {sectionTitle(section.id, trans)}
            <span className="jp-AwarenessPeople-count">{section.rows.length}</span>
          </h3>
          <ul role="list">
            {section.rows.map(row => (
              <PersonRow
                key={row.key}
                row={row}
                within={section.id === 'document' ? props.within : undefined}
                tabStop={row.key === tabStop}
                expanded={expanded.has(row.key)}
                trans={trans}
                onGo={props.onGo}
                onToggle={toggle}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const PERSON = '[data-awareness-person]';
const STOP = '[data-awareness-row]';

type Toggle = (key: string, on?: boolean) => void;

function useToggles(): [ReadonlySet<string>, Toggle] {
  const [keys, setKeys] = React.useState<ReadonlySet<string>>(new Set());
  const toggle = React.useCallback<Toggle>((key, on) => {
    setKeys(before => {
      const after = new Set(before);
      if (on ?? !before.has(key)) {
        after.add(key);
      } else {
        after.delete(key);
      }
      return after;
    });
  }, []);
  return [keys, toggle];
}

/** The person whose row, tabs button or tab this element is. */
function personOf(element: Element): string | null {
  return element.closest<HTMLElement>(PERSON)?.dataset.awarenessPerson ?? null;
}

function move(event: React.KeyboardEvent<HTMLElement>, onToggle: (person: string) => void): void {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || !(target instanceof HTMLElement)) {
    return;
  }
  const person = personOf(target);
  const stop = nextStop(event.currentTarget, target, key);
  if (person !== null && (key === 'ArrowRight' || key === 'ArrowLeft')) {
    onToggle(person);
  } else if (stop) {
    stop.focus();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** The row or tab that a key leads to; from a person's tabs button it starts at their row. */
function nextStop(list: HTMLElement, from: HTMLElement, key: string): HTMLElement | undefined {
  const stops = [...list.querySelectorAll<HTMLElement>(STOP)];
  const own = from.matches(STOP) ? from : from.closest(PERSON)?.querySelector<HTMLElement>(STOP);
  const at = own ? stops.indexOf(own) : 0;
  switch (key) {
    case 'ArrowDown':
      return stops[Math.min(at + 1, stops.length - 1)];
    case 'ArrowUp':
      return stops[Math.max(at - 1, 0)];
    case 'Home':
      return stops[0];
    case 'End':
      return stops[stops.length - 1];
    default:
      return undefined;
  }
}
