/*
 * The sections of people in the panel, and the keys that move through them.
 * Top floor: React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { RowActions } from './actions';
import { PersonRow } from './row';
import type { IRow, ITab, ISection } from './rows';
import type { IStop } from './stops';
import { buttonOf, nextStop, stopAt, stopsOf } from './stops';
import { useWindow } from './window';
import { sectionTitle } from './wording';

export interface IListProps {
  readonly sections: readonly ISection[];
  /** The path of the current document. */
  readonly within: string | undefined;
  /** Another one each time that texts have grown old. */
  readonly beat: number;
  readonly trans: TranslationBundle;
  readonly actions: RowActions;
  onGo(tab: ITab): void;
}

/** One Tab stop for all rows; arrows, Home and End move, Right and Left show and hide a person's tabs. */
export function PeopleList(props: IListProps): React.ReactElement {
  const { actions, sections, trans } = props;
  const list = React.useRef<HTMLDivElement>(null);
  const [focused, setFocused] = React.useState<string | null>(null);
  const [expanded, toggle] = useToggles();
  const act = React.useCallback(
    (row: IRow) => {
      actions.run(row);
    },
    [actions]
  );
  const rows = sections.flatMap(section => section.rows);
  const tabStop = rows.some(row => row.key === focused) ? focused : rows[0]?.key;
  const inPage = useWindow(sections, tabStop, list);
  const go = useFocus(list, setFocused);
  const id = React.useId();
  return (
    <div
      ref={list}
      className="jp-AwarenessPeople-list"
      onFocus={event => {
        setFocused(stopAt(event.target)?.person ?? focused);
      }}
      onKeyDown={event => {
        move(event, stopsOf(rows, expanded), toggle, go);
      }}
    >
      {sections.map((section, at) => (
        <section
          key={section.id}
          data-stale={!section.live || undefined}
          aria-labelledby={`${id}${section.id}`}
        >
          <h3
            ref={inPage.measure}
            data-index={inPage.heading(at)}
            id={`${id}${section.id}`}
            className="jp-AwarenessPeople-heading"
          >
            {sectionTitle(section.id, trans)}
            <span className="jp-AwarenessPeople-count">{section.rows.length}</span>
          </h3>
          <ul role="list">
            {inPage.pieces(at).map((piece, number) => {
              const row = 'row' in piece ? section.rows[piece.row] : undefined;
              if ('gap' in piece || !row) {
                return <Gap key={`gap ${number}`} {...piece} />;
              }
              return (
                <PersonRow
                  key={`person ${row.key}`}
                  row={row}
                  index={inPage.heading(at) + 1 + piece.row}
                  place={inPage.partial ? piece.row + 1 : undefined}
                  of={section.rows.length}
                  within={section.id === 'document' ? props.within : undefined}
                  tabStop={row.key === tabStop}
                  expanded={expanded.has(row.key)}
                  beat={row.tabs.some(tab => tab.seen !== null) ? props.beat : 0}
                  action={actions.of(row)}
                  trans={trans}
                  onGo={props.onGo}
                  onToggle={toggle}
                  onAct={act}
                  onMeasure={inPage.measure}
                />
              );
            })}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Gap({ gap }: { readonly gap?: number }): React.ReactElement {
  return <li role="presentation" aria-hidden="true" style={{ height: gap }} />;
}

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

/* Focus a stop; if its row is not in the page, as soon as it is. */
function useFocus(
  list: React.RefObject<HTMLElement>,
  pin: (person: string) => void
): (stop: IStop) => void {
  const wanted = React.useRef<IStop | null>(null);
  const focus = () => {
    const button = list.current && wanted.current && buttonOf(list.current, wanted.current);
    if (button) {
      wanted.current = null;
      button.focus();
    }
  };
  React.useLayoutEffect(focus);
  return stop => {
    wanted.current = stop;
    pin(stop.person);
    focus();
  };
}

function move(
  event: React.KeyboardEvent<HTMLElement>,
  stops: readonly IStop[],
  onToggle: Toggle,
  onGo: (stop: IStop) => void
): void {
  const { key, target } = event;
  const from = target instanceof HTMLElement ? stopAt(target) : null;
  if (event.ctrlKey || event.altKey || event.metaKey || !from) {
    return;
  }
  const to = nextStop(stops, from, key);
  if (key === 'ArrowRight' || key === 'ArrowLeft') {
    onToggle(from.person, key === 'ArrowRight');
  } else if (to) {
    onGo(to);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
