import { describe, expect, it } from 'vitest';

import { buttonsOf } from '../guard/buttons';
import type { IDeeds } from '../guard/buttons';
import { noticeOf } from '../guard/notice';
import type { IFacts } from '../guard/notice';
import { beforeReloading, beforeSaving } from '../guard/questions';
import { clock } from '../guard/times';
import { namesOf, spoken, words } from '../guard/wording';
import { NOON, author, facts, newer, unsaved } from './guard.fakes';
import { trans } from './people.fakes';

const at = clock(NOON, NOON);
const LATER = NOON + 5000;

function said(known: Partial<IFacts>): string {
  const notice = noticeOf(facts({ now: LATER, ...known }));
  const { title, detail } = notice ? words(notice, LATER, trans) : { title: '', detail: '' };
  return [title, detail].filter(Boolean).join(' | ');
}

describe('a notice in words', () => {
  it.each<[Partial<IFacts>, string]>([
    [{ unsaved: [unsaved('bob')] }, `Bob has unsaved changes here since ${at}`],
    [{ unsaved: [unsaved('bob', null)] }, 'Bob has unsaved changes here'],
    [
      { unsaved: [unsaved('bob'), unsaved('carol')] },
      `Bob and Carol have unsaved changes here since ${at}`
    ],
    [
      { unsaved: [unsaved('bob', null), unsaved('carol', null)] },
      'Bob and Carol have unsaved changes here'
    ],
    [{ unsaved: [unsaved('me')] }, `You have unsaved changes here in another tab since ${at}`],
    [{ unsaved: [unsaved('me', null)] }, 'You have unsaved changes here in another tab'],
    [
      { unsaved: [unsaved('bob'), unsaved('me')] },
      `Bob and you in another tab have unsaved changes here since ${at}`
    ],
    [
      { unsaved: [unsaved('bob')], connected: false },
      'When the connection was lost, there were unsaved changes here: Bob'
    ],
    [
      { unsaved: [unsaved('bob')], work: NOON },
      'You and Bob both have unsaved changes here | They will not be merged: agree on who saves first.'
    ],
    [
      { unsaved: [unsaved('me')], work: NOON },
      'You have unsaved changes here in two tabs | They will not be merged: agree on who saves first.'
    ],
    [
      { unsaved: [unsaved('bob'), unsaved('carol')], work: NOON },
      'You have unsaved changes here, and so have Bob and Carol | They will not be merged: agree on who saves first.'
    ],
    [{ newer: newer('bob') }, 'Bob saved a newer version 5 s ago'],
    [
      { newer: newer('bob'), work: NOON },
      'Bob saved a newer version 5 s ago | Yours is unsaved: autosave waits.'
    ],
    [
      { newer: newer('bob', true) },
      'Bob saved over your version 5 s ago | What you see here is no longer in the file.'
    ],
    [
      { newer: newer('bob', true), kept: "a/b (Alice's copy).ipynb" },
      "Bob saved over your version 5 s ago | Your version is kept in “b (Alice's copy).ipynb”."
    ],
    [{ newer: newer('me') }, 'You saved a newer version in another tab 5 s ago'],
    [
      { newer: newer('me', true) },
      'You saved over this version in another tab 5 s ago | What you see here is no longer in the file.'
    ],
    [{ newer: newer(null) }, 'This file was changed 5 s ago, by nobody who is here'],
    [
      { newer: newer(null, true) },
      'Your version was overwritten 5 s ago, by nobody who is here | What you see here is no longer in the file.'
    ],
    [
      { updated: { by: author('bob'), at: NOON, readAt: LATER } },
      'Updated to what Bob saved 5 s ago'
    ],
    [
      { updated: { by: author('me'), at: NOON, readAt: LATER } },
      'Updated to what you saved in another tab 5 s ago'
    ],
    [
      { updated: { by: null, at: NOON, readAt: LATER } },
      'Updated to the file as it was changed 5 s ago'
    ]
  ])('%#', (known, text) => {
    expect(said(known)).toBe(text);
  });

  it('is heard without the time that goes on', () => {
    const heard = (known: Partial<IFacts>) => {
      const notice = noticeOf(facts({ now: LATER, ...known }));
      return notice && spoken(notice, trans);
    };
    expect(heard({ newer: newer('bob') })).toBe('Bob saved a newer version');
    expect(heard({ newer: newer(null) })).toBe('This file was changed, by nobody who is here');
    expect(heard({ newer: newer('bob'), work: 1 })).toBe(
      'Bob saved a newer version. Yours is unsaved: autosave waits.'
    );
    expect(heard({ updated: { by: author('bob'), at: NOON, readAt: LATER } })).toBe(
      'Updated to what Bob saved'
    );
    expect(heard({ unsaved: [unsaved('bob', null)] })).toBe('Bob has unsaved changes here');
  });
});

describe('names', () => {
  it('are all told up to three, and two and a number of more', () => {
    const people = ['bob', 'carol', 'dan', 'eve'].map(author);
    expect([1, 2, 3, 4].map(count => namesOf(people.slice(0, count), trans))).toEqual([
      'Bob',
      'Bob and Carol',
      'Bob, Carol and Dan',
      'Bob, Carol and 2 others'
    ]);
  });
});

describe('the buttons', () => {
  const done: string[] = [];
  const deeds: IDeeds = {
    compare: () => done.push('compare'),
    reload: () => done.push('reload'),
    keepCopy: () => done.push('copy'),
    openCopy: path => done.push(`open ${path}`),
    show: people => done.push(`show ${people.length}`)
  };
  const buttons = (known: Partial<IFacts>) => {
    const notice = noticeOf(facts(known));
    return notice ? buttonsOf(notice, deeds, trans) : [];
  };
  const labels = (known: Partial<IFacts>) =>
    buttons(known).map(({ label, primary }) => (primary ? `*${label}*` : label));

  it.each<[Partial<IFacts>, string[]]>([
    [{ unsaved: [unsaved('bob')] }, ['Go to Bob']],
    [{ unsaved: [unsaved('bob'), unsaved('carol')] }, ['Show who']],
    [{ unsaved: [unsaved('me')] }, ['Show who']],
    [{ newer: newer('bob') }, ['Show differences', '*Reload*', 'Save mine as a copy']],
    [{ newer: newer('bob'), work: 1 }, ['Show differences', 'Reload', '*Save mine as a copy*']],
    [{ newer: newer('bob', true) }, ['Show differences', 'Reload', '*Save mine as a copy*']],
    [{ newer: newer('bob', true), kept: 'x' }, ['Show differences', '*Reload*', 'Open the copy']],
    [{ updated: { by: null, at: NOON, readAt: NOON } }, []]
  ])('of %# offer what makes sense', (known, expected) => {
    expect(labels(known)).toEqual(expected);
  });

  it('do what they say', () => {
    for (const known of [
      { unsaved: [unsaved('bob')] },
      { newer: newer('bob') },
      { newer: newer('bob', true), kept: 'x' }
    ]) {
      for (const { run } of buttons(known)) {
        run();
      }
    }
    const either = ['compare', 'reload'];
    expect(done).toEqual(['show 1', ...either, 'copy', ...either, 'open x']);
  });
});

describe('the questions', () => {
  const subject = { path: 'a/b.ipynb', now: NOON, work: null };

  it('before saving name who and when, and offer everything', () => {
    const question = beforeSaving({ ...subject, newer: newer('bob'), mine: 'work' }, trans);
    expect(question.title).toBe(`Bob saved a newer version at ${at}`);
    expect(question.body).toContain('Saving “b.ipynb” would overwrite it with your version.');
    expect(question.answers).toEqual(['cancel', 'compare', 'reload', 'copy', 'overwrite']);
    expect(question.discards).toBe(true);
    const idle = beforeSaving({ ...subject, newer: newer('bob'), mine: 'nothing' }, trans);
    expect(idle.body).toContain('put the older version back');
    expect(idle.discards).toBe(false);
  });

  it('before reloading tell what would be lost', () => {
    const question = beforeReloading(
      { ...subject, newer: newer('bob'), mine: 'work', work: NOON },
      trans
    );
    expect(question.title).toBe(`Show what was saved by Bob at ${at}?`);
    expect(question.body).toBe(`Your unsaved changes since ${at} would be lost.`);
    const saved = beforeReloading({ ...subject, newer: newer(null), mine: 'saved' }, trans);
    expect(saved.title).toContain('somebody who is not here');
    expect(saved.body).toContain('no longer in the file');
    expect(beforeReloading({ ...subject, newer: null, mine: 'work' }, trans).title).toBe(
      'Read the file anew?'
    );
  });
});
