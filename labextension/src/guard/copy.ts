/*
 * Writing what a page shows under another name, which nobody has yet.
 * Top floor, but without DOM.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONValue } from '@lumino/coreutils';

type Writer = Pick<Contents.IManager, 'get' | 'newUntitled' | 'resolvePath' | 'save'>;

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
 * Write a copy beside the document, under a name that nothing has, and give its path. It is written once and never
 * renamed: a server that lists the folder meanwhile may fail over a file that goes.
 */
export async function writeCopy(
  context: DocumentRegistry.Context,
  content: PartialJSONValue,
  options: ICopyOptions
): Promise<string> {
  const type = context.contentsModel?.type === 'notebook' ? 'notebook' : 'file';
  // After a rename the model has no format.
  const format = type === 'notebook' ? 'json' : (context.contentsModel?.format ?? 'text');
  const model = { type, format, content } as const;
  const path = await freePath(context.path, options);
  if (path !== null) {
    try {
      return (await options.contents.save(path, model)).path;
    } catch {
      // The server may not take such a name.
    }
  }
  return writeUntitled(context.path, model, options.contents);
}

/* The first of the copy's names that nothing has; null if the server does not say. */
async function freePath(
  path: string,
  { contents, owner, trans }: ICopyOptions
): Promise<string | null> {
  for (let number = 1; number <= MOST_TRIES; number++) {
    const name = copyName(PathExt.basename(path), owner, number, trans);
    const beside = contents.resolvePath(PathExt.dirname(path), name);
    try {
      await contents.get(beside, { content: false });
    } catch (error) {
      return isMissing(error) ? beside : null;
    }
  }
  return null;
}

/* It has no nice name, but everything is in it; the server finds the name. */
async function writeUntitled(
  path: string,
  model: Partial<Contents.IModel> & { readonly type: Contents.ContentType },
  contents: Writer
): Promise<string> {
  const made = await contents.newUntitled({
    path: PathExt.dirname(path),
    type: model.type,
    ext: PathExt.extname(path)
  });
  return (await contents.save(made.path, model)).path;
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

function isMissing(error: unknown): boolean {
  const response =
    typeof error === 'object' && error && 'response' in error ? error.response : null;
  const status =
    typeof response === 'object' && response && 'status' in response ? response.status : 0;
  return status === 404;
}
