/*
 * What a person can choose for themself, as the panel offers it: switches and colours.
 * Top floor, but without DOM: everything here is plain data.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Sharing } from '../hello';
import type { IPerson } from '../peers';
import type { IChoices, IHello } from '../tokens';

/** One choice that is on or off. */
export interface ISwitch {
  readonly name: Exclude<keyof IChoices, 'color'>;
  readonly label: string;
  /** What it means for others. */
  readonly detail: string;
  readonly on: boolean;
  /** Why it cannot be switched; null if it can. */
  readonly fixed: string | null;
}

/** A colour that can be chosen. */
export interface ISwatch {
  readonly color: string;
  readonly name: string;
  readonly chosen: boolean;
  /** Others who are seen in it. */
  readonly takenBy: readonly { readonly display_name: string; readonly initials: string }[];
}

/** The switches, in the order in which they are shown. */
export function switches(
  choices: IChoices,
  hello: IHello | null,
  trans: TranslationBundle
): readonly ISwitch[] {
  const location = shared(choices.shareLocation, hello?.share_locations, trans);
  const cursor = shared(choices.shareCursor, hello?.share_cursors, trans);
  return [
    invisible(choices, hello, trans),
    {
      name: 'shareLocation',
      label: trans.__('Share my location'),
      detail: trans.__(
        'Others see which documents you have open, and in which cell you are. Whoever has the same document open always sees that you have it open too.'
      ),
      ...location
    },
    {
      name: 'shareCursor',
      label: trans.__('Share my cursor'),
      detail: trans.__('Others see your cursor and what you select.'),
      ...(location.on || cursor.fixed !== null
        ? cursor
        : { on: false, fixed: trans.__('Only together with your location: it tells your cell.') })
    },
    {
      name: 'appearAway',
      label: trans.__('Appear away'),
      detail: trans.__('Others see you as away, whatever you do.'),
      on: choices.appearAway,
      fixed: null
    }
  ];
}

function invisible(choices: IChoices, hello: IHello | null, trans: TranslationBundle): ISwitch {
  const base = {
    name: 'invisible',
    label: trans.__('Invisible'),
    detail: trans.__(
      'Nobody sees that you are here, nor that you have unsaved changes. You still see the others.'
    )
  } as const;
  if (hello && !hello.write) {
    const fixed = trans.__('You may see who is here, but not be seen.');
    return { ...base, on: true, fixed };
  }
  if (hello && !hello.allow_invisible) {
    const fixed = trans.__('Whoever runs this server wants everybody to be seen.');
    return { ...base, on: false, fixed };
  }
  return { ...base, on: choices.invisible, fixed: null };
}

function shared(
  wanted: boolean,
  rule: Sharing | undefined,
  trans: TranslationBundle
): Pick<ISwitch, 'on' | 'fixed'> {
  switch (rule) {
    case 'never':
      return {
        on: false,
        fixed: trans.__('Whoever runs this server has switched this off for everybody.')
      };
    case 'always':
      return {
        on: true,
        fixed: trans.__('Whoever runs this server has switched this on for everybody.')
      };
    case 'choice':
    case undefined:
      return { on: wanted, fixed: null };
  }
}

/** The colours of the palette, with who else is seen in them. */
export function swatches(
  choices: IChoices,
  hello: IHello | null,
  people: readonly IPerson[],
  trans: TranslationBundle
): readonly ISwatch[] {
  const names = colorNames(trans);
  return (hello?.palette ?? []).map(color => ({
    color,
    name: names.get(color.toLowerCase()) ?? color,
    chosen: choices.color === color,
    takenBy: people
      .filter(({ self, user }) => !self && user.color.toLowerCase() === color.toLowerCase())
      .map(({ user }) => user)
  }));
}

/* Of the palette that servers have unless their admin wants another one. */
function colorNames(trans: TranslationBundle): ReadonlyMap<string, string> {
  return new Map([
    ['#1a73e8', trans.__('Blue')],
    ['#d93025', trans.__('Red')],
    ['#1e8e3e', trans.__('Green')],
    ['#b5651d', trans.__('Amber')],
    ['#9638e8', trans.__('Violet')],
    ['#00838f', trans.__('Teal')],
    ['#d01884', trans.__('Pink')],
    ['#6b7f12', trans.__('Olive')],
    ['#5c6bc0', trans.__('Indigo')],
    ['#e8580c', trans.__('Orange')],
    ['#0b8a6a', trans.__('Sea green')],
    ['#8d6e63', trans.__('Brown')]
  ]);
}
