/*
 * The part of the panel that is about the user: how others see them, and the choices they have.
 * Top floor: React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IUser } from '../peers';
import type { IChoices } from '../tokens';
import { Avatar } from './avatar';
import type { ISwatch, ISwitch } from './choices';
import { Colors } from './colors';
import type { INotice } from './notices';
import { UnseenMark } from './unseen';

export interface IYou {
  /** Null until the server has said who one is. */
  readonly user: IUser | null;
  /** The colour that one has without choosing one. */
  readonly usual: string;
  readonly notice: INotice | null;
  readonly switches: readonly ISwitch[];
  readonly swatches: readonly ISwatch[];
}

export interface IYouProps extends IYou {
  readonly trans: TranslationBundle;
  onChoose(choices: Partial<IChoices>): void;
}

/** The button in the panel's header that shows and hides the choices. */
export function YouButton(
  props: Pick<IYouProps, 'user' | 'notice' | 'trans'> & {
    readonly expanded: boolean;
    readonly controls: string;
    onToggle(): void;
  }
): React.ReactElement | null {
  const { user, notice, trans, expanded } = props;
  return (
    user && (
      <button
        type="button"
        className="jp-AwarenessYou-button"
        data-notice={notice?.kind}
        aria-expanded={expanded}
        aria-controls={props.controls}
        aria-label={trans.__('You: privacy and colour')}
        title={trans.__('How others see you')}
        onClick={props.onToggle}
      >
        {notice?.kind === 'unseen' ? <UnseenMark /> : <Avatar user={user} agent={false} />}
        <span>{trans.__('You')}</span>
        <caretDownIcon.react tag="span" className="jp-AwarenessYou-caret" width="12px" />
      </button>
    )
  );
}

/** What one is reminded of for as long as it holds; said to those who hear it when it begins. */
export function Notice({
  notice,
  onChoose
}: Pick<IYouProps, 'notice' | 'onChoose'>): React.ReactElement {
  const undo = notice?.undo;
  return (
    <div role="status">
      {notice && (
        <div className="jp-AwarenessNotice" data-notice={notice.kind}>
          {notice.kind === 'unseen' && <UnseenMark />}
          <p>
            <strong>{notice.title}</strong> <span>{notice.detail}</span>
          </p>
          {undo && (
            <button
              type="button"
              onClick={() => {
                onChoose(undo.choices);
              }}
            >
              {undo.label}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** The choices, each in effect at once. */
export function Choices({
  switches,
  swatches,
  usual,
  trans,
  onChoose
}: Omit<IYouProps, 'notice' | 'user'>): React.ReactElement {
  return (
    <div className="jp-AwarenessYou" role="group" aria-label={trans.__('How others see you')}>
      {switches.map(one => (
        <Switch key={one.name} {...one} onChoose={onChoose} />
      ))}
      <Colors swatches={swatches} usual={usual} trans={trans} onChoose={onChoose} />
      <p className="jp-AwarenessYou-kept">{trans.__('Kept in this browser, for you only.')}</p>
    </div>
  );
}

/* One that is fixed can be reached all the same, to hear why. */
function Switch(props: ISwitch & Pick<IYouProps, 'onChoose'>): React.ReactElement {
  const { name, label, detail, on, fixed, onChoose } = props;
  const id = React.useId();
  return (
    <div className="jp-AwarenessSwitch" data-fixed={fixed !== null || undefined}>
      <label>
        <span>{label}</span>
        <input
          type="checkbox"
          role="switch"
          checked={on}
          aria-disabled={fixed !== null}
          aria-describedby={id}
          onChange={() => {
            if (fixed === null) {
              onChoose({ [name]: !on });
            }
          }}
        />
      </label>
      <p id={id}>{fixed ?? detail}</p>
    </div>
  );
}
