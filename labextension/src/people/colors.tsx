/*
 * Choosing one's colour.
 * Top floor: React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { checkIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IChoices } from '../tokens';
import { personColors } from './avatar';
import type { ISwatch } from './choices';
import { nameList } from './wording';

export interface IColorsProps {
  readonly swatches: readonly ISwatch[];
  /** The colour that one has without choosing one. */
  readonly usual: string;
  readonly trans: TranslationBundle;
  onChoose(choices: Pick<IChoices, 'color'>): void;
}

/** One Tab stop; arrows choose. In a colour that others have too their initials stand. */
export function Colors({ swatches, usual, trans, onChoose }: IColorsProps): React.ReactElement {
  const group = React.useId();
  const heading = React.useId();
  const automatic = !swatches.some(swatch => swatch.chosen);
  return (
    <div className="jp-AwarenessColors" role="radiogroup" aria-labelledby={heading}>
      <p id={heading}>{trans.__('My colour')}</p>
      <Swatch
        group={group}
        color={usual}
        label={trans.__('Automatic')}
        chosen={automatic}
        onChoose={() => {
          onChoose({ color: null });
        }}
      >
        {trans.__('Auto')}
      </Swatch>
      {swatches.map(({ color, name, chosen, takenBy }) => (
        <Swatch
          key={color}
          group={group}
          color={color}
          label={
            takenBy.length > 0
              ? trans.__(
                  '%1, also %2',
                  name,
                  nameList(
                    takenBy.map(one => one.display_name),
                    trans
                  )
                )
              : name
          }
          chosen={chosen}
          onChoose={() => {
            onChoose({ color });
          }}
        >
          {takenBy[0]?.initials ?? (chosen && <checkIcon.react tag="span" width="14px" />)}
        </Swatch>
      ))}
    </div>
  );
}

interface ISwatchProps {
  readonly group: string;
  readonly color: string;
  readonly label: string;
  readonly chosen: boolean;
  readonly children: React.ReactNode;
  onChoose(): void;
}

function Swatch(props: ISwatchProps): React.ReactElement {
  return (
    <label className="jp-AwarenessSwatch" style={personColors(props.color)} title={props.label}>
      <input
        type="radio"
        className="jp-AwarenessSwatch-radio"
        name={props.group}
        aria-label={props.label}
        checked={props.chosen}
        onChange={props.onChoose}
      />
      <span className="jp-AwarenessSwatch-face" aria-hidden="true">
        {props.children}
      </span>
    </label>
  );
}
