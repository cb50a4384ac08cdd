/*
 * The questions that are asked before anything is lost: one dialog, with as many answers as there are.
 * Top floor.
 */
import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

const ANSWERS = ['cancel', 'compare', 'reload', 'copy', 'overwrite'] as const;

export type Answer = (typeof ANSWERS)[number];

export interface IQuestion {
  readonly title: string;
  readonly body: string;
  /** From left to right; the one that nothing is lost by is where the Enter key goes. */
  readonly answers: readonly Answer[];
  /** Whether to read the file anew would discard something. */
  readonly discards: boolean;
}

/** Ask, and wait for the answer; closing the dialog is to cancel. */
export async function ask(question: IQuestion, trans: TranslationBundle): Promise<Answer> {
  const { title, body, answers, discards } = question;
  const safe = answers.includes('copy') ? 'copy' : 'reload';
  const dialog = new Dialog({
    title,
    body,
    buttons: answers.map(answer => buttonOf(answer, discards, trans)),
    defaultButton: answers.indexOf(safe)
  });
  dialog.addClass('jp-AwarenessAsk');
  const { button } = await dialog.launch();
  return ANSWERS.find(answer => button.actions.includes(answer)) ?? 'cancel';
}

function buttonOf(answer: Answer, discards: boolean, trans: TranslationBundle): Dialog.IButton {
  const actions = [answer];
  switch (answer) {
    case 'cancel':
      return Dialog.cancelButton({ label: trans.__('Cancel'), actions });
    case 'compare':
      return Dialog.cancelButton({ label: trans.__('Show differences'), actions });
    case 'reload':
      return discards
        ? Dialog.warnButton({ label: trans.__('Discard mine and reload'), actions })
        : Dialog.okButton({ label: trans.__('Reload'), actions });
    case 'copy':
      return Dialog.okButton({ label: trans.__('Save mine as a copy'), actions });
    case 'overwrite':
      return Dialog.warnButton({ label: trans.__('Overwrite'), actions });
  }
}
