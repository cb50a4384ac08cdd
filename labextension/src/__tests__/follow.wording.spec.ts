import { describe, expect, it } from 'vitest';

import type { IFollowed } from '../follow';
import {
  callText,
  endText,
  followText,
  followersText,
  obstacleText,
  placeText
} from '../follow/wording';
import { people, state, trans } from './people.fakes';

const [bob, eve] = people(state('bob'), state('eve')).map(({ user }) => user);

const FOLLOWED: IFollowed = {
  user: bob!,
  leader: bob!,
  tab: 1,
  phase: 'leading',
  location: null,
  goneAt: null
};

function says(changes: Partial<IFollowed>, unopened: string | null = null): string {
  return followText({ ...FOLLOWED, ...changes }, unopened, trans);
}

describe('the frame says', () => {
  it('whom one follows', () => {
    expect(says({})).toBe('Following Bob');
    expect(says({ leader: eve! })).toBe('Following Bob, who follows Eve');
  });

  it('what one waits for', () => {
    expect(says({ phase: 'nowhere' })).toBe('Bob looks at no document, waiting…');
    expect(says({ phase: 'gone' })).toBe('Bob is away, waiting…');
    expect(says({ phase: 'offline' })).toBe('Connection lost, waiting for Bob…');
    expect(says({}, 'a/b.ipynb')).toBe('Bob is in b.ipynb, which cannot be shown here');
    expect(says({ phase: 'gone' }, 'a/b.ipynb')).toBe('Bob is away, waiting…');
  });
});

describe('other sentences', () => {
  it('tell how it ended, unless one knows', () => {
    expect(endText(bob!, 'refused', trans)).toBe('Bob does not want to be followed any more.');
    expect(endText(bob!, 'left', trans)).toBe('Bob has left. You no longer follow them.');
    expect(endText(bob!, 'acted', trans)).toBeNull();
    expect(endText(bob!, 'stopped', trans)).toBeNull();
  });

  it('tell why somebody cannot be followed', () => {
    expect(obstacleText('gone', 'Bob', trans)).toBe('Bob is not here');
    expect(obstacleText('unseen', 'Bob', trans)).toBe('you are invisible');
    expect(obstacleText('refuses', 'Bob', trans)).toBe('Bob does not want to be followed');
    expect(obstacleText('nowhere', 'Bob', trans)).toBe('Bob shows no document');
  });

  it('tell who follows', () => {
    expect(followersText([], trans)).toBe('');
    expect(followersText([bob!], trans)).toBe('Bob follows you');
    expect(followersText([bob!, eve!], trans)).toBe('Bob and Eve follow you');
    expect(followersText([bob!, eve!, bob!], trans)).toBe('3 people follow you');
  });

  it('tell where somebody calls to', () => {
    const call = { at: 1, path: 'a/b.ipynb', index: 11 };
    expect(callText(bob!, call, trans)).toBe('Bob asks you to come to b.ipynb, cell 12');
    expect(placeText({ at: 1, path: 'a/b.py' }, trans)).toBe('b.py');
  });
});
