/*
 * Two versions of a document side by side: which cells belong together, and what differs.
 * Top floor, but without DOM: plain data.
 */

/** A cell, or a whole text, as it is compared. */
export interface IPart {
  /** Cells of one id belong together; '' where ids do not last. */
  readonly id: string;
  readonly type: string;
  readonly source: string;
  /** What its outputs are, in words. */
  readonly outputs: readonly string[];
  /** Tells outputs apart that are called the same. */
  readonly outputsKey: string;
}

export interface IPair {
  /** From 0, in the version that has it; null in the other. */
  readonly left: number | null;
  readonly right: number | null;
  /** Stands elsewhere in the other version. */
  readonly moved: boolean;
}

/** All parts of both versions in one order: the common one, and what only one has after what it stands after. */
export function pairParts(left: readonly IPart[], right: readonly IPart[]): IPair[] {
  const partners = partnersOf(left, right);
  const taken = new Set(partners.values());
  const done = new Set<number>();
  const pairs: IPair[] = [];
  let at = 0;
  let other = 0;
  while (at < left.length || other < right.length) {
    const partner = partners.get(at);
    if (at < left.length && partner === undefined) {
      pairs.push({ left: at++, right: null, moved: false });
    } else if (other < right.length && !taken.has(other)) {
      pairs.push({ left: null, right: other++, moved: false });
    } else if (partner === other) {
      pairs.push({ left: at++, right: other++, moved: false });
    } else if (partner !== undefined && done.has(partner)) {
      at++; // Has been shown where the other version has it.
    } else {
      done.add(other);
      const [from] = [...partners].find(([, to]) => to === other) ?? [null];
      pairs.push({ left: from, right: other++, moved: true });
    }
  }
  return pairs;
}

/** Whether two parts are the same to a reader. */
export function equal(left: IPart, right: IPart): boolean {
  return (
    left.type === right.type && left.source === right.source && left.outputsKey === right.outputsKey
  );
}

/* By id; where no id is in both versions, equal sources belong together, and what is between them in its order. */
function partnersOf(left: readonly IPart[], right: readonly IPart[]): Map<number, number> {
  const byId = new Map(right.map((part, index) => [part.id, index]));
  const partners = new Map<number, number>();
  left.forEach(({ id }, index) => {
    const partner = id === '' ? undefined : byId.get(id);
    if (partner !== undefined) {
      partners.set(index, partner);
    }
  });
  return partners.size > 0 ? partners : partnersByText(left, right);
}

function partnersByText(left: readonly IPart[], right: readonly IPart[]): Map<number, number> {
  const partners = new Map<number, number>();
  let next = 0;
  let last = -1;
  const between = (to: number, limit: number) => {
    for (let index = last + 1; index < to && next < limit; index++) {
      partners.set(index, next++);
    }
    last = to;
  };
  left.forEach((part, index) => {
    const found = right.findIndex(
      (other, place) => place >= next && other.type === part.type && other.source === part.source
    );
    if (found >= 0 && part.source.trim() !== '') {
      between(index, found);
      partners.set(index, found);
      next = found + 1;
    }
  });
  between(left.length, right.length);
  return partners;
}
