/*
 * All that the panel shows: connection, search, the lists, and a friendly word when nobody else is here.
 * Top floor: React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { InputGroup, usersIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Banner } from '../status/banner';
import { sentences } from '../status/sentences';
import type { IChoices, IConnection } from '../tokens';
import type { RowActions } from './actions';
import { PeopleList } from './list';
import { matching } from './rows';
import type { ITab, ISection } from './rows';
import { headCount } from './wording';
import { Choices, Notice, YouButton } from './you';
import type { IYou } from './you';

/** More people than this can be searched. */
const MANY = 12;

export interface IPeopleProps {
  readonly sections: readonly ISection[];
  /** The path of the current document. */
  readonly within: string | undefined;
  /** Another one each time that texts have grown old. */
  readonly beat: number;
  readonly you: IYou;
  readonly connection: IConnection;
  /** Whether the server has ever greeted. */
  readonly met: boolean;
  readonly trans: TranslationBundle;
  readonly actions: RowActions;
  onGo(tab: ITab): void;
  onChoose(choices: Partial<IChoices>): void;
  onRetry(): void;
}

export function People(props: IPeopleProps): React.ReactElement {
  const { sections: all, connection, trans } = props;
  const [words, setWords] = React.useState('');
  const [expanded, setExpanded] = React.useState(false);
  const id = React.useId();
  const rows = all.flatMap(section => section.rows);
  const searchable = rows.length > MANY;
  const shown = searchable ? matching(all, words) : all;
  const trouble = sentences(connection, props.met, trans);
  const here = trans.__('%1 here', headCount(rows, trans));
  const onToggle = () => {
    setExpanded(!expanded);
  };
  return (
    <>
      <div className="jp-AwarenessPeople-header">
        <h2>{trans.__('People')}</h2>
        <span className="jp-AwarenessPeople-here" data-connection={connection.kind}>
          {connection.kind === 'connected' ? here : trouble?.brief}
        </span>
        <YouButton
          {...props}
          {...props.you}
          expanded={expanded}
          controls={id}
          onToggle={onToggle}
        />
      </div>
      <div role="status">
        {trouble && trouble.detail !== '' && (
          <Banner sentences={trouble} trans={trans} onRetry={props.onRetry} />
        )}
      </div>
      <Notice {...props} notice={props.you.notice} />
      <div id={id}>{expanded && <Choices {...props} {...props.you} />}</div>
      {searchable && <Search words={words} onChange={setWords} trans={trans} />}
      <PeopleList {...props} sections={shown} />
      {shown.length === 0 && rows.length > 0 && (
        <p className="jp-AwarenessPeople-none">{trans.__('Nobody matches “%1”.', words)}</p>
      )}
      {rows.length === 1 && connection.kind === 'connected' && <Alone trans={trans} />}
    </>
  );
}

interface ISearchProps extends Pick<IPeopleProps, 'trans'> {
  readonly words: string;
  onChange(words: string): void;
}

function Search({ words, onChange, trans }: ISearchProps): React.ReactElement {
  return (
    <div className="jp-AwarenessPeople-search">
      <InputGroup
        type="search"
        value={words}
        placeholder={trans.__('Find a person or file')}
        aria-label={trans.__('Find a person or file')}
        rightIcon="ui-components:search"
        onChange={event => {
          onChange(event.currentTarget.value);
        }}
        onKeyDown={event => {
          if (event.key === 'Escape') {
            onChange('');
          }
        }}
      />
    </div>
  );
}

function Alone({ trans }: Pick<IPeopleProps, 'trans'>): React.ReactElement {
  return (
    <div className="jp-AwarenessPeople-alone">
      <usersIcon.react tag="span" width="32px" />
      <p>{trans.__('You are alone here.')}</p>
      <p>
        {trans.__(
          'As soon as somebody else opens this server, you will see who it is and what they work on.'
        )}
      </p>
    </div>
  );
}
