/*
 * The head of a comparison: what is compared, how much differs, what can be done.
 * Top floor: plain DOM.
 */
import type { IComparison } from './differences';
import { summaryOf } from './diffwording';
import type { IPair } from './pairs';

/** Made anew for each comparison. */
export function headOf(comparison: IComparison, differing: readonly IPair[]): HTMLElement {
  const { left, right, buttons, trans } = comparison;
  const head = document.createElement('header');
  head.className = 'jp-AwarenessDiff-head';
  const summary = document.createElement('p');
  summary.className = 'jp-AwarenessDiff-summary';
  summary.setAttribute('role', 'status');
  summary.textContent = summaryOf(differing, comparison, trans);
  const actions = document.createElement('span');
  actions.className = 'jp-AwarenessGuard-buttons';
  actions.append(...buttons.map(buttonNode));
  const labels = document.createElement('div');
  labels.className = 'jp-AwarenessDiff-labels';
  labels.append(...[left.label, right.label].map(labelNode));
  head.append(summary, actions, labels);
  return head;
}

function labelNode(text: string): HTMLElement {
  const node = document.createElement('h2');
  node.textContent = text;
  return node;
}

function buttonNode({ label, run }: IComparison['buttons'][number]): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.onclick = run;
  return button;
}
