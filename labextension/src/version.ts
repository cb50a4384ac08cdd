/*
 * Versions of a file: reading and comparing them.
 * Ground floor: no DOM, no timers; of JupyterLab only types.
 */
import type { Contents } from '@jupyterlab/services';

import type { IVersion } from './states';

/** The version that a contents model describes; null if it has no time. */
export function versionOf(
  model: Pick<Contents.IModel, 'last_modified' | 'hash'> | null
): IVersion | null {
  const at = Date.parse(model?.last_modified ?? '');
  return Number.isNaN(at) ? null : { at, hash: model?.hash ?? '' };
}

/**
 * Whether what is on disk is another version than the known one. By hash if both have one; of a version whose
 * hash is not known, a server that gives hashes gives the exact time; otherwise times may differ by `margin` ms.
 */
export function differs(disk: IVersion, known: IVersion, margin: number): boolean {
  if (disk.hash !== '' && known.hash !== '') {
    return disk.hash !== known.hash;
  }
  return disk.hash !== '' ? disk.at !== known.at : disk.at - known.at > margin;
}
