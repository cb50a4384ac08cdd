import { describe, expect, it } from 'vitest';

import { USUAL_LIMITS, parseHello } from '../hello';

describe('parseHello', () => {
  it('reads a greeting', () => {
    const hello = {
      client: 5,
      user: {
        username: 'ada',
        name: 'Ada',
        display_name: 'Ada',
        initials: 'A',
        avatar_url: null,
        color: '#224466'
      },
      write: false,
      kind: 'person',
      palette: ['#224466', '#446622'],
      flush_interval: 0.05,
      limits: { frame_bytes: 1, state_bytes: 2, updates_per_second: 0 },
      share_locations: 'never',
      share_cursors: 'always',
      allow_invisible: true,
      version: '0.1.0'
    };
    expect(parseHello(JSON.parse(JSON.stringify(hello)))).toEqual(hello);
  });

  it('needs a user; what else is absent has its usual value', () => {
    expect(parseHello({ user: { username: 'ada' } })).toMatchObject({
      client: null,
      write: true,
      kind: 'person',
      palette: [],
      flush_interval: 0,
      limits: USUAL_LIMITS,
      share_locations: 'choice',
      share_cursors: 'choice',
      allow_invisible: true,
      version: ''
    });
    expect(parseHello({ client: 5 })).toBeNull();
    expect(parseHello('hello')).toBeNull();
  });

  it('drops malformed parts', () => {
    const user = { username: 'ada' };
    expect(
      parseHello({
        user,
        palette: ['#fff000', 7],
        limits: { state_bytes: -1 },
        flush_interval: 'x',
        share_cursors: 'sometimes'
      })
    ).toMatchObject({
      palette: ['#fff000'],
      limits: USUAL_LIMITS,
      flush_interval: 0,
      share_cursors: 'choice'
    });
  });
});
