import { describe, expect, it } from 'vitest';

import { leavesAt, quietAt } from '../editor/quiet';

const NOON = 1_800_000_000_000;
const clock = { now: () => 5000, date: () => NOON };
const idle = { status: 'idle', seen: NOON - 2000 } as const;

describe('since when somebody is quiet', () => {
  it('is never, while they are active', () => {
    const active = { status: 'active', seen: null } as const;
    expect(quietAt(active, null, clock)).toBeNull();
    expect(quietAt(active, { quietAt: 3, moves: false }, clock)).toBeNull();
  });

  it('is what newcomers say of themselves', () => {
    expect(quietAt(idle, null, clock)).toBe(3000);
    expect(quietAt({ status: 'away', seen: null }, null, clock)).toBe(5000);
  });

  it('is not in the future, as other clocks are', () => {
    expect(quietAt({ status: 'idle', seen: NOON + 9e6 }, null, clock)).toBe(5000);
  });

  it('is when it was seen to begin, and stays that', () => {
    expect(quietAt(idle, { quietAt: null, moves: false }, clock)).toBe(5000);
    expect(quietAt(idle, { quietAt: 1234, moves: false }, clock)).toBe(1234);
  });

  it('begins anew with a movement, also of somebody who appears away', () => {
    expect(quietAt({ status: 'away', seen: null }, { quietAt: 1, moves: true }, clock)).toBe(5000);
  });
});

describe('a caret', () => {
  it('leaves some time after its owner became quiet', () => {
    expect(leavesAt(1000, 500)).toBe(1500);
  });

  it('stays while its owner is active, and always if that is wanted', () => {
    expect(leavesAt(null, 500)).toBe(Infinity);
    expect(leavesAt(1000, 0)).toBe(Infinity);
  });
});
