/*
 * What can be done about a person, as a button in their row: follow them, or oneself: call the others.
 * Top floor. The commands decide; where their plugin is switched off there is no button.
 */
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from '../commands';
import type { IRow } from './rows';

export interface IAction {
  readonly kind: 'follow' | 'call';
  /** What it does, or why it cannot. */
  readonly label: string;
  readonly enabled: boolean;
  /** It is being done. */
  readonly on: boolean;
}

/** The commands that rows offer. */
export class RowActions {
  constructor(private readonly _commands: CommandRegistry) {}

  /** Null if there is nothing to offer. */
  of(row: IRow): IAction | null {
    const [command, args] = commandOf(row);
    const commands = this._commands;
    if (!commands.hasCommand(command) || !commands.isVisible(command, args)) {
      return null;
    }
    const on = commands.isToggled(command, args);
    return {
      kind: row.self ? 'call' : 'follow',
      label: on ? commands.label(CommandIDs.stopFollowing) : commands.label(command, args),
      enabled: on || commands.isEnabled(command, args),
      on
    };
  }

  run(row: IRow): void {
    const [command, args] = commandOf(row);
    const on = this._commands.isToggled(command, args);
    void this._commands.execute(on ? CommandIDs.stopFollowing : command, args);
  }

  /** Whether a change of this command may change what is offered. */
  concerns(command: string | undefined): boolean {
    return command === CommandIDs.follow || command === CommandIDs.callOthers;
  }
}

function commandOf(row: IRow): [string, { username?: string }] {
  return row.self ? [CommandIDs.callOthers, {}] : [CommandIDs.follow, { username: row.key }];
}
