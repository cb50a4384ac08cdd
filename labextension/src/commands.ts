/*
 * The commands of this extension, which users can bind to keys and other extensions can run.
 * First floor: no DOM, draws nothing.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';

export const CommandIDs = {
  /** Opens the side panel of people. No arguments. */
  showPeople: 'jupyter-awareness:show-people'
} as const;

/** Shows the panel of people; does nothing where its plugin is switched off. */
export function showPeople({ commands }: Pick<JupyterFrontEnd, 'commands'>): void {
  if (commands.hasCommand(CommandIDs.showPeople)) {
    void commands.execute(CommandIDs.showPeople);
  }
}
