/*
 * The commands of this extension, which users can bind to keys and other extensions can run.
 * First floor: no DOM, draws nothing.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';

export const CommandIDs = {
  /** Opens the side panel of people. No arguments. */
  showPeople: 'jupyter-awareness:show-people',
  /** Follows the person `{username}`; without arguments it asks whom. */
  follow: 'jupyter-awareness:follow',
  /** Stops following. No arguments. */
  stopFollowing: 'jupyter-awareness:stop-following',
  /** Asks everybody to come to where the user is. No arguments. */
  callOthers: 'jupyter-awareness:call-others',
  /** Whether others may follow the user: changes it. No arguments. */
  toggleFollowable: 'jupyter-awareness:toggle-followable',
  /** Whether others may call the user: changes it. No arguments. */
  toggleCalls: 'jupyter-awareness:toggle-calls'
} as const;

/** Shows the panel of people; does nothing where its plugin is switched off. */
export function showPeople({ commands }: Pick<JupyterFrontEnd, 'commands'>): void {
  if (commands.hasCommand(CommandIDs.showPeople)) {
    void commands.execute(CommandIDs.showPeople);
  }
}
