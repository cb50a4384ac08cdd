/*
 * The commands of following and calling.
 * Top floor.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs } from '../commands';
import type { Follow } from '../follow';
import type { IPerson } from '../peers';
import type { IPresence } from '../tokens';
import type { Caller } from './caller';
import { callIcon, followIcon } from './icons';
import { obstacleText, placeText } from './wording';

export interface ICommandOptions {
  readonly app: Pick<JupyterFrontEnd, 'commands' | 'contextMenuHitTest'>;
  readonly presence: IPresence;
  readonly follow: Follow;
  readonly caller: Caller;
  readonly trans: TranslationBundle;
  /** Whether the user takes part in following at all. */
  isOn(): boolean;
}

type Arguments = ReadonlyPartialJSONObject;

const NONE = { args: { type: 'object', properties: {} } } as const;
const PERSON = {
  args: {
    type: 'object',
    properties: {
      username: { type: 'string', description: 'Whom to follow.' },
      here: { type: 'boolean', description: 'The person on whom the context menu was opened.' }
    }
  }
} as const;

/** How long it can be read that others were called, in milliseconds. */
const READ_MS = 4000;

/** Adds them all. */
export function addCommands(options: ICommandOptions): void {
  const { commands } = options.app;
  commands.addCommand(CommandIDs.follow, followCommand(options));
  commands.addCommand(CommandIDs.stopFollowing, stopCommand(options));
  commands.addCommand(CommandIDs.callOthers, callCommand(options));
  const { trans } = options;
  const mayFollow = trans.__('Let Others Follow Me');
  commands.addCommand(CommandIDs.toggleFollowable, choice(options, 'followable', mayFollow));
  commands.addCommand(
    CommandIDs.toggleCalls,
    choice(options, 'calls', trans.__('Let Others Call Me'))
  );
  options.follow.changed.connect(() => {
    commands.notifyCommandChanged(CommandIDs.follow);
    commands.notifyCommandChanged(CommandIDs.stopFollowing);
  });
  options.caller.changed.connect(() => {
    commands.notifyCommandChanged(CommandIDs.callOthers);
  });
}

/** Adds them to the command palette. */
export function addToPalette(palette: ICommandPalette, trans: TranslationBundle): void {
  for (const command of [
    CommandIDs.follow,
    CommandIDs.stopFollowing,
    CommandIDs.callOthers,
    CommandIDs.toggleFollowable,
    CommandIDs.toggleCalls
  ]) {
    palette.addItem({ command, category: trans.__('People') });
  }
}

function followCommand(options: ICommandOptions): CommandRegistry.ICommandOptions {
  const { follow, isOn, presence, trans } = options;
  const isFollowed = (username: string) => follow.current?.user.username === username;
  return {
    label: args => {
      const username = target(options, args);
      return username === null ? trans.__('Follow a Person…') : followLabel(options, username);
    },
    caption: args => {
      const username = target(options, args);
      return username === null
        ? trans.__('See what somebody else sees, across documents and scrolling')
        : followLabel(options, username);
    },
    icon: args => (args.here === true ? undefined : followIcon),
    describedBy: PERSON,
    isEnabled: args => {
      const username = target(options, args);
      return (
        isOn() &&
        (username === null ? candidates(options).length > 0 : follow.obstacle(username) === null)
      );
    },
    isToggled: args => isFollowed(target(options, args) ?? ''),
    isVisible: args => {
      const username = target(options, args);
      return (
        isOn() &&
        (args.here !== true ||
          (username !== null && username !== presence.self?.username && !isFollowed(username)))
      );
    },
    execute: async args => {
      const username = target(options, args) ?? (await choose(options));
      if (username !== null) {
        follow.start(username);
      }
    }
  };
}

function stopCommand(options: ICommandOptions): CommandRegistry.ICommandOptions {
  const { follow, trans } = options;
  return {
    label: () =>
      follow.current
        ? trans.__('Stop Following %1', follow.current.user.display_name)
        : trans.__('Stop Following'),
    describedBy: PERSON,
    isEnabled: () => follow.current !== null,
    isVisible: args =>
      args.here !== true ||
      (follow.current !== null && target(options, args) === follow.current.user.username),
    execute: () => {
      follow.stop('stopped');
    }
  };
}

function callCommand({ caller, isOn, trans }: ICommandOptions): CommandRegistry.ICommandOptions {
  return {
    label: trans.__('Call Others Here'),
    caption: trans.__('Ask everybody who is here to come to where you are'),
    icon: args => (args.here === true ? undefined : callIcon),
    describedBy: NONE,
    isEnabled: () => isOn() && caller.canCall,
    isVisible: isOn,
    execute: () => {
      const call = caller.call();
      if (call) {
        const text = trans.__('You asked the others to come to %1', placeText(call, trans));
        Notification.info(text, { autoClose: READ_MS });
      }
    }
  };
}

function choice(
  { isOn, presence: { preferences } }: ICommandOptions,
  name: 'followable' | 'calls',
  label: string
): CommandRegistry.ICommandOptions {
  return {
    label,
    describedBy: NONE,
    isToggleable: true,
    isToggled: () => preferences.current[name],
    isVisible: isOn,
    execute: () => {
      preferences.set({ [name]: !preferences.current[name] });
    }
  };
}

/* Who is meant: by name, or by where the context menu was opened. */
function target({ app }: ICommandOptions, { username, here }: Arguments): string | null {
  if (typeof username === 'string') {
    return username;
  }
  const hit =
    here === true ? app.contextMenuHitTest(node => 'awarenessPerson' in node.dataset) : undefined;
  return hit?.dataset.awarenessPerson ?? null;
}

function followLabel({ follow, presence, trans }: ICommandOptions, username: string): string {
  const person = presence.lobby.people.find(one => one.username === username);
  const name = person?.user.display_name ?? username;
  const why = follow.obstacle(username);
  return why === null || why === 'self'
    ? trans.__('Follow %1', name)
    : trans.__('Follow %1 (%2)', name, obstacleText(why, name, trans));
}

function candidates({ follow, presence }: ICommandOptions): IPerson[] {
  return presence.lobby.people.filter(
    ({ username }) =>
      follow.obstacle(username) === null && follow.current?.user.username !== username
  );
}

/* Of one there is no choice. */
async function choose(options: ICommandOptions): Promise<string | null> {
  const { trans } = options;
  const people = candidates(options);
  if (people.length < 2) {
    return people[0]?.username ?? null;
  }
  // Names may be the same; usernames are not.
  const names = people.map(({ user, username }) =>
    people.filter(other => other.user.display_name === user.display_name).length > 1
      ? `${user.display_name} (${username})`
      : user.display_name
  );
  const { value } = await InputDialog.getItem({
    title: trans.__('Follow a Person'),
    label: trans.__('Whom?'),
    items: names,
    okLabel: trans.__('Follow')
  });
  return people[names.indexOf(value ?? '')]?.username ?? null;
}
