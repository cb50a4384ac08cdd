// @vitest-environment jsdom
import { CommandRegistry } from '@lumino/commands';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { CommandIDs } from '../commands';
import { RowActions } from '../people/actions';
import { lobbyRow } from '../people/rows';
import { people, state } from './people.fakes';

const [me, bob] = people(state('me'), state('bob')).map(lobbyRow);

const NONE = { args: { type: 'object' } };

let commands: CommandRegistry;
let actions: RowActions;
let followed: string | null;
const call = vi.fn();

beforeEach(() => {
  followed = null;
  call.mockReset();
  commands = new CommandRegistry();
  actions = new RowActions(commands);
  commands.addCommand(CommandIDs.follow, {
    describedBy: NONE,
    label: ({ username }) => `Follow ${username as string}`,
    isEnabled: ({ username }) => username !== 'eve',
    isToggled: ({ username }) => followed === username,
    execute: ({ username }) => {
      followed = username as string;
    }
  });
  commands.addCommand(CommandIDs.stopFollowing, {
    describedBy: NONE,
    label: 'Stop Following',
    execute: () => {
      followed = null;
    }
  });
});

describe('what a row offers', () => {
  it('is to follow that person, and to stop', () => {
    const offer = { kind: 'follow', label: 'Follow bob', enabled: true, on: false };
    expect(actions.of(bob!)).toEqual(offer);
    actions.run(bob!);
    expect(followed).toBe('bob');
    expect(actions.of(bob!)).toMatchObject({ label: 'Stop Following', on: true });
    actions.run(bob!);
    expect(followed).toBeNull();
  });

  it('says why it cannot be', () => {
    expect(actions.of({ ...bob!, key: 'eve' })).toMatchObject({ enabled: false });
  });

  it('is to call, for oneself', () => {
    expect(actions.of(me!)).toBeNull();
    commands.addCommand(CommandIDs.callOthers, { describedBy: NONE, label: 'Call', execute: call });
    expect(actions.of(me!)).toMatchObject({ kind: 'call', label: 'Call', on: false });
    actions.run(me!);
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('is nothing where the command is not to be seen', () => {
    expect(new RowActions(new CommandRegistry()).of(bob!)).toBeNull();
    expect(actions.concerns(CommandIDs.follow)).toBe(true);
    expect(actions.concerns(CommandIDs.showPeople)).toBe(false);
  });
});
