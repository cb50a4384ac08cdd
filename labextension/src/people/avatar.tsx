/*
 * The face of a person: their picture or initials on their colour, and the mark of how lively they are.
 * Top floor: React components without any state but "this picture does not load".
 */
import * as React from 'react';

import { parse, textOn } from '../palette';
import type { IUser, Status } from '../peers';

/** What a face needs; agents have a square one, so that it is not told by colour alone. */
export interface IAvatarProps {
  readonly user: Pick<IUser, 'initials' | 'avatar_url' | 'color'>;
  readonly agent: boolean;
  readonly status?: Status;
}

/** Decoration for the eye: the name beside it, or a label around it, says who it is. */
export function Avatar({ user, agent, status }: IAvatarProps): React.ReactElement {
  return (
    <span
      className="jp-AwarenessAvatar"
      data-kind={agent ? 'agent' : 'person'}
      data-status={status}
      style={personColors(user.color)}
      aria-hidden="true"
    >
      <span className="jp-AwarenessAvatar-face">
        <Face key={user.avatar_url} user={user} />
      </span>
      {status && <StatusMark status={status} />}
    </span>
  );
}

function Face({ user }: Pick<IAvatarProps, 'user'>): React.ReactElement {
  const [broken, setBroken] = React.useState(false);
  if (user.avatar_url === null || broken) {
    return <span data-length={user.initials.length}>{user.initials}</span>;
  }
  const lost = () => {
    setBroken(true);
  };
  return (
    <img
      src={user.avatar_url}
      alt=""
      referrerPolicy="no-referrer"
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={lost}
    />
  );
}

/** Three shapes: a disc (active), a half moon (idle), a ring (away). */
export function StatusMark({ status }: { readonly status: Status }): React.ReactElement {
  return (
    <svg
      className="jp-AwarenessStatusMark"
      data-status={status}
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      {status === 'active' && <circle cx="6" cy="6" r="6" />}
      {status === 'idle' && <path d="M4.2 0.3a6 6 0 1 0 7.5 7.5A5 5 0 0 1 4.2 0.3z" />}
      {status === 'away' && <path fillRule="evenodd" d={RING} />}
    </svg>
  );
}

const RING = 'M6 0a6 6 0 1 0 0 12A6 6 0 0 0 6 0zm0 2.4a3.6 3.6 0 1 1 0 7.2 3.6 3.6 0 0 1 0-7.2z';

/** The only place where a person's colour enters a style: parsed, as custom properties. */
export function personColors(color: string): React.CSSProperties {
  const properties: Record<`--jp-awareness-${string}`, string> = {
    '--jp-awareness-color': parse(color),
    '--jp-awareness-on-color': textOn(color)
  };
  return properties;
}
