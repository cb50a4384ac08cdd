/*
 * What is drawn in a cell: the bar at its side, the faces at its corner, and the same in words.
 * Top floor: React components without any state of their own.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Avatar, personColors } from '../people/avatar';
import { beat } from './beat';
import type { IVisitor } from './visitors';
import { allNames, cellSentence, visitorName, visitorText } from './wording';

/** So many colours fit into one bar. */
const MOST_STRIPES = 3;

/** So many faces fit beside a cell; the others are counted. */
const MOST_FACES = 3;

export interface IMarkOptions {
  /** Whether those who type are marked. */
  readonly typing: boolean;
  readonly trans: TranslationBundle;
  /** The faces were clicked. */
  onOpen(): void;
}

export interface IMarkProps extends IMarkOptions {
  /** Never empty. */
  readonly visitors: readonly IVisitor[];
  /** The id of the words, by which the cell refers to them. */
  readonly id: string;
}

function PlainMark(props: IMarkProps): React.ReactElement {
  const { visitors, id, trans } = props;
  return (
    <>
      <Bar visitors={visitors} />
      <Faces {...props} />
      <span className="jp-Awareness-unseen" id={id}>
        {cellSentence(visitors, trans)}
      </span>
    </>
  );
}

/** Drawn anew only if something in it can be seen to differ: visitors are found anew with every change. */
export const CellMark = React.memo(
  PlainMark,
  (before, after) =>
    before.typing === after.typing &&
    before.id === after.id &&
    JSON.stringify(before.visitors) === JSON.stringify(after.visitors)
);

function Bar({ visitors }: Pick<IMarkProps, 'visitors'>): React.ReactElement {
  const here = visitors.filter(({ mode }) => mode !== null);
  return (
    <span className="jp-AwarenessCell-bar" aria-hidden="true">
      {here.slice(0, MOST_STRIPES).map(({ user, mode, status }) => (
        <span
          key={user.username}
          data-mode={mode}
          data-status={status}
          style={personColors(user.color)}
        />
      ))}
    </span>
  );
}

/* For the eye and the mouse; the words say the same, and the panel that a click opens has a command. */
function Faces(props: IMarkProps): React.ReactElement {
  const { visitors, trans } = props;
  // A '+1' would take the place of the face that it counts.
  const shown = visitors.length > MOST_FACES + 1 ? visitors.slice(0, MOST_FACES) : visitors;
  const more = visitors.slice(shown.length);
  const [only, ...others] = visitors;
  return (
    <span
      className="jp-AwarenessCell-faces"
      aria-hidden="true"
      data-tip-name={allNames(visitors, trans)}
      data-tip-text={only && others.length === 0 ? visitorText(only, trans) : ''}
      onMouseDown={keepFocus}
      onDoubleClick={keepFocus}
      onClick={props.onOpen}
    >
      {shown.map(visitor => (
        <Face key={visitor.user.username} {...props} visitor={visitor} />
      ))}
      {more.length > 0 && (
        <span
          className="jp-AwarenessCell-more"
          data-tip-name={trans.__('%1 more', more.length)}
          data-tip-text={allNames(more, trans)}
        >
          +{more.length}
        </span>
      )}
    </span>
  );
}

function Face(props: IMarkOptions & { readonly visitor: IVisitor }): React.ReactElement {
  const { visitor, trans } = props;
  const { user, agent, mode, running, status } = visitor;
  const typing = props.typing && visitor.typing;
  const moves = typing || running;
  const face = React.useRef<HTMLSpanElement>(null);
  React.useEffect(() => {
    const beating = moves && face.current ? beat(face.current) : null;
    return () => {
      beating?.dispose();
    };
  }, [moves]);
  return (
    <span
      ref={face}
      className="jp-AwarenessCell-face"
      data-here={mode !== null}
      data-running={running}
      data-status={status}
      data-tip-name={visitorName(visitor, trans)}
      data-tip-text={visitorText(visitor, trans)}
      style={personColors(user.color)}
    >
      <Avatar
        user={user}
        agent={agent}
        status={status === 'active' || typing || running ? undefined : status}
      />
      {typing ? <TypingMark /> : running && <RunMark />}
    </span>
  );
}

function TypingMark(): React.ReactElement {
  return (
    <span className="jp-AwarenessTyping">
      <span />
      <span />
      <span />
    </span>
  );
}

function RunMark(): React.ReactElement {
  return (
    <svg className="jp-AwarenessRun" viewBox="0 0 10 10">
      <path d="M3 1.5v7l5.5-3.5z" />
    </svg>
  );
}

/* The notebook would make the cell active, or edit it. */
function keepFocus(event: React.MouseEvent): void {
  event.stopPropagation();
  event.preventDefault();
}
