/*
 * The server's greeting: who it says we are, and within which limits we may speak.
 * Ground floor: no DOM, no JupyterLab, no timers.
 */
import { parseUser } from './peers';
import type { IUser, Kind } from './peers';
import { amount, choice, list, natural, object } from './values';

/** Sent to clients of the subprotocol `jupyter-awareness.v1` on open, and again when something in it changes. */
export interface IHello {
  /** The client id that the server bound to this connection. */
  readonly client: number | null;
  /** The verified identity of this connection. */
  readonly user: IUser;
  /** Whether others see this peer at all; without it the member is a silent observer. */
  readonly write: boolean;
  readonly kind: Kind;
  /** The colours that a person may choose from, `#rrggbb`. */
  readonly palette: readonly string[];
  /** Seconds in which the server gathers changes. */
  readonly flush_interval: number;
  readonly limits: ILimits;
  /** Whether others are shown which documents and cells one looks at. */
  readonly share_locations: Sharing;
  /** Whether others are shown one's cursors and selections. */
  readonly share_cursors: Sharing;
  readonly allow_invisible: boolean;
  readonly version: string;
}

/** Whether something is shown to others: never, as each person chooses, or whatever they choose. */
export type Sharing = 'never' | 'choice' | 'always';

/** What the server accepts from one connection. */
export interface ILimits {
  readonly frame_bytes: number;
  readonly state_bytes: number;
  readonly updates_per_second: number;
}

/** What is assumed until the server says otherwise. */
export const USUAL_LIMITS: ILimits = {
  frame_bytes: 1_048_576,
  state_bytes: 16_384,
  updates_per_second: 20
};

const SHARING: readonly Sharing[] = ['never', 'choice', 'always'];

/** A greeting as it came from the socket; null if it names no user. Absent permissions count as given: the server enforces them. */
export function parseHello(value: unknown): IHello | null {
  const fields = object(value);
  const user = fields && parseUser(fields.user);
  if (!fields || !user) {
    return null;
  }
  const palette = list(fields.palette, 256);
  return {
    client: natural(fields.client),
    user,
    write: fields.write !== false,
    kind: choice<Kind>(fields.kind, ['person', 'agent']) ?? 'person',
    palette: palette.filter(color => typeof color === 'string'),
    flush_interval: amount(fields.flush_interval, 0),
    limits: parseLimits(fields.limits),
    share_locations: choice(fields.share_locations, SHARING) ?? 'choice',
    share_cursors: choice(fields.share_cursors, SHARING) ?? 'choice',
    allow_invisible: fields.allow_invisible !== false,
    version: typeof fields.version === 'string' ? fields.version : ''
  };
}

function parseLimits(value: unknown): ILimits {
  const fields = object(value) ?? {};
  const limit = (name: keyof ILimits) => amount(fields[name], USUAL_LIMITS[name]);
  return {
    frame_bytes: limit('frame_bytes'),
    state_bytes: limit('state_bytes'),
    updates_per_second: limit('updates_per_second')
  };
}
