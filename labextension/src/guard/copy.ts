/*
 * Writing what a page shows under another name, which nobody has yet.
 * Top floor, but without DOM.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONValue } from '@lumino/coreutils';

type Writer = Pick<Contents.IManager, 'newUntitled' | 'rename' | 'resolvePath' | 'save'>;

/* More copies of one person beside one document have other names than these. */
const MOST_TRIES = 50;
const NAME_LENGTH = 60;

export interface ICopyOptions {
  readonly contents: Writer;
  /** Whose copy it is. */
  readonly owner: string;
  readonly trans: TranslationBundle;
}

/** What a document shows, as it would be saved. */
export function contentOf({ model, contentsModel }: DocumentRegistry.Context): PartialJSONValue {
  return contentsModel?.type === 'notebook' ? model.toJSON() : model.toString();
}

/**
 * Write a copy beside the document, and give its path. Nothing is ever overwritten: the server makes a new file, and
 * refuses to rename it to a name that is taken.
 */
export async function writeCopy(
  context: DocumentRegistry.Context,
  content: PartialJSONValue,
  { contents, owner, trans }: ICopyOptions
): Promise<string> {
  const { path } = context;
  const type = context.contentsModel?.type === 'notebook' ? 'notebook' : 'file';
  // After a rename the model has no format.
  const format = type === 'notebook' ? 'json' : (context.contentsModel?.format ?? 'text');
  const folder = PathExt.dirname(path);
  const made = await contents.newUntitled({
    path: folder,
    type,
    ext: PathExt.extname(path)
  });
  await contents.save(made.path, { type, format, content });
  for (let number = 1; number <= MOST_TRIES; number++) {
    const name = copyName(PathExt.basename(path), owner, number, trans);
    try {
      return (await contents.rename(made.path, contents.resolvePath(folder, name))).path;
    } catch (error) {
      if (!isTaken(error)) {
        break;
      }
    }
  }
  return made.path; // It has no nice name, but everything is in it.
}

/** 'analysis (Alice’s copy).ipynb', 'analysis (Alice’s copy 2).ipynb'. */
export function copyName(
  name: string,
  owner: string,
  number: number,
  trans: TranslationBundle
): string {
  const extension = PathExt.extname(name);
  const stem = name.slice(0, name.length - extension.length);
  const safe = usable(owner);
  const mark =
    number === 1
      ? trans.__("%1 (%2's copy)", stem, safe)
      : trans.__("%1 (%2's copy %3)", stem, safe, String(number));
  return mark.replace(/[/\\]/g, '-') + extension;
}

/* A name of a person as a part of a name of a file, on any system. */
function usable(owner: string): string {
  return (
    owner
      .replace(/[\\/:*?"<>|\p{Cc}]+/gu, '-')
      .slice(0, NAME_LENGTH)
      .trim() || '-'
  );
}

function isTaken(error: unknown): boolean {
  const response =
    typeof error === 'object' && error && 'response' in error ? error.response : null;
  const status =
    typeof response === 'object' && response && 'status' in response ? response.status : 0;
  return status === 409;
}
