/*
 * Whom one can follow, which of their tabs leads, and whether that goes round in a circle.
 * Ground floor: no DOM, no JupyterLab, no timers.
 */
import type { IPeer, IPerson } from './peers';

/** Why one cannot follow somebody. `unseen`: one is invisible oneself, and nobody is followed without seeing it. */
export type Obstacle = 'self' | 'gone' | 'unseen' | 'refuses' | 'nowhere';

/**
 * Null if one can follow them.
 *
 * @param isSeen - whether one is seen oneself
 */
export function obstacle(person: IPerson | undefined, isSeen: boolean): Obstacle | null {
  if (!person) {
    return 'gone';
  }
  if (person.self) {
    return 'self';
  }
  if (!isSeen) {
    return 'unseen';
  }
  if (refuses(person)) {
    return 'refuses';
  }
  return person.peers.some(peer => peer.location) ? null : 'nowhere';
}

/** Whether somebody does not want to be followed; what one of their tabs says counts for all. */
export function refuses(person: IPerson): boolean {
  return person.peers.some(peer => !peer.followable);
}

/**
 * The tab of a person to go by: the one so far, as long as it is there, but not a hidden one while they are
 * active in another; otherwise their liveliest, rather one with a document.
 */
export function tabOf(person: IPerson, held: number | null): IPeer | null {
  const kept = person.peers.find(peer => peer.id === held);
  if (kept && (kept.status !== 'away' || person.status === 'away')) {
    return kept;
  }
  const lively = person.peers.filter(peer => peer.status === person.status);
  return lively.find(peer => peer.location) ?? lively[0] ?? null;
}

/** Who leads whoever follows somebody. */
export interface ILead {
  readonly person: IPerson;
  readonly tab: IPeer;
  /** They follow each other: then nobody leads but by what they do themselves. */
  readonly circle: boolean;
}

/**
 * Whom to go by when following `username`: that person, or whoever leads them in turn, so that nobody passes
 * on what they were only led to. Null if that person is not here.
 *
 * @param self - one's own username
 * @param held - the tab that led so far
 */
export function leaderOf(
  username: string,
  people: readonly IPerson[],
  self: string,
  held: number | null
): ILead | null {
  const known = new Map(people.map(person => [person.username, person]));
  const asked = leadBy(known.get(username), held);
  const passed = new Set([username]);
  let lead = asked;
  while (lead?.tab.following) {
    const next = lead.tab.following;
    if (next === self || passed.has(next)) {
      return asked && { ...asked, circle: true };
    }
    const further = leadBy(known.get(next), held);
    if (!further || refuses(further.person)) {
      break;
    }
    passed.add(next);
    lead = further;
  }
  return lead;
}

function leadBy(person: IPerson | undefined, held: number | null): ILead | null {
  const tab = person && tabOf(person, held);
  return tab ? { person, tab, circle: false } : null;
}
