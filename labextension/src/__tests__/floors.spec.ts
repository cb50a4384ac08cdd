/**
 * The floors of the frontend: imports point down or sideways, never up and never in a circle; the
 * ground floor runs anywhere, so it uses no page, no timer and nothing of JupyterLab but types.
 *
 * A new module beside `index.ts` needs a line in `FLOORS`; a new folder is a place that draws.
 */

import { readFileSync, readdirSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('..', import.meta.url));

const FLOORS: Readonly<Record<string, readonly string[]>> = {
  Ground: [
    ...[
      'activity',
      'arrivals',
      'calls',
      'fields',
      'hello',
      'holders',
      'lazy',
      'leaders',
      'palette',
      'peers',
      'positions',
      'privacy',
      'protocol',
      'reconnect',
      'replica'
    ],
    ...['states', 'tokens', 'values', 'version', 'views']
  ],
  First: [
    ...[
      'attention',
      'cells',
      'channel',
      'commands',
      'document',
      'documents',
      'factories',
      'follow',
      'line'
    ],
    ...[
      'lineage',
      'location',
      'missing',
      'open',
      'page',
      'preferences',
      'presence',
      'pulse',
      'reporter',
      'room',
      'settings',
      'throttle',
      'visit',
      'work'
    ]
  ],
  Top: [
    'arrivals/',
    'editor/',
    'filebrowser/',
    'follow/',
    'guard/',
    'notebook/',
    'people/',
    'status/',
    'tabs/'
  ],
  Roof: ['plugins', 'index']
};
const ORDER = Object.keys(FLOORS);

/** What the ground floor may have at run time: both are plain calls on plain values. */
const PURE = /^(lib0\/|@lumino\/coreutils$)/;

/** Not of the language, but in every browser, in workers and in node. */
const EVERYWHERE: ReadonlySet<string> = new Set(['TextDecoder', 'TextEncoder']);

interface IImport {
  readonly from: string;
  readonly typeOnly: boolean;
}

type Sources = ReadonlyMap<string, string>;

function floorOf(module: string): string | undefined {
  return ORDER.find(floor =>
    FLOORS[floor]?.some(name => (name.endsWith('/') ? module.startsWith(name) : module === name))
  );
}

/** What a module imports or re-exports; modules of ours by their path under `src`. */
function importsOf(module: string, text: string): IImport[] {
  const found: IImport[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      found.push({ from: node.moduleSpecifier.text, typeOnly });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      const from = (node.moduleSpecifier as ts.StringLiteral).text;
      found.push({ from, typeOnly: node.isTypeOnly });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) {
        found.push({ from: argument.text, typeOnly: false });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('module.tsx', text, ts.ScriptTarget.ES2018, true));
  return found.map(({ from, typeOnly }) => ({
    from: from.startsWith('.') ? posix.join(posix.dirname(module), from) : from,
    typeOnly
  }));
}

/** Names in some of these texts that no JavaScript without a browser has, each with its text's. */
function unknownNames(texts: Sources): { module: string; name: string }[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2018,
    lib: ['lib.es2018.d.ts'],
    types: [],
    noResolve: true
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, target) => {
    const text = texts.get(file.replace(/\.ts$/, ''));
    return text === undefined ? read(file, target) : ts.createSourceFile(file, text, target);
  };
  const files = [...texts.keys()].map(module => `${module}.ts`);
  return ts
    .createProgram(files, options, host)
    .getSemanticDiagnostics()
    .flatMap(({ file, messageText }) => {
      const message = ts.flattenDiagnosticMessageText(messageText, ' ');
      const name = /^Cannot find name '(\w+)'/.exec(message)?.[1];
      const module = file?.fileName.replace(/\.ts$/, '') ?? '';
      return name === undefined || EVERYWHERE.has(name) ? [] : [{ module, name }];
    });
}

function faultsOf(module: string, text: string, sources: Sources): string[] {
  const floor = floorOf(module);
  if (floor === undefined) {
    return [`${module} is on no floor: list it in floors.spec.ts`];
  }
  const found: string[] = [];
  for (const { from, typeOnly } of importsOf(module, text)) {
    const other = sources.has(from) ? floorOf(from) : undefined;
    if (other !== undefined && ORDER.indexOf(other) > ORDER.indexOf(floor)) {
      found.push(`${module} (${floor}) imports ${from} (${other})`);
    }
    if (floor === 'Ground' && !typeOnly && !sources.has(from) && !PURE.test(from)) {
      found.push(`${module} (Ground) imports ${from}`);
    }
  }
  return found;
}

/** The first circle of imports that matter at run time, as the modules on it. */
function circle(sources: Sources): string[] | undefined {
  const done = new Set<string>();
  const follow = (module: string, path: string[]): string[] | undefined => {
    if (path.includes(module)) {
      return [...path.slice(path.indexOf(module)), module];
    }
    if (done.has(module)) {
      return undefined;
    }
    for (const { from, typeOnly } of importsOf(module, sources.get(module) ?? '')) {
      const found = !typeOnly && sources.has(from) && follow(from, [...path, module]);
      if (found) {
        return found;
      }
    }
    done.add(module);
    return undefined;
  };
  for (const module of sources.keys()) {
    const found = follow(module, []);
    if (found) {
      return found;
    }
  }
  return undefined;
}

function faults(sources: Sources): string[] {
  const found = [...sources].flatMap(([module, text]) => faultsOf(module, text, sources));
  const ground = new Map([...sources].filter(([module]) => floorOf(module) === 'Ground'));
  found.push(...unknownNames(ground).map(({ module, name }) => `${module} (Ground) uses ${name}`));
  const round = circle(sources);
  return round ? [...found, `imports in a circle: ${round.join(' -> ')}`] : found;
}

function readSources(): Sources {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .map(file => file.split(sep).join('/'))
    .filter(file => /\.tsx?$/.test(file) && !/(^|\/)__tests__\/|\.spec\.tsx?$/.test(file));
  return new Map(
    files.map(file => [file.replace(/\.tsx?$/, ''), readFileSync(join(SOURCE, file), 'utf8')])
  );
}

describe('the floors of the frontend', () => {
  // Compiles the ground floor: seconds, on a machine that does other things too.
  it('hold', { timeout: 30_000 }, () => {
    const sources = readSources();
    expect([...sources.keys()]).toContain('protocol');
    expect(faults(sources)).toEqual([]);
  });

  it.each([
    ['peers', `import { Channel } from './channel';`, 'peers (Ground) imports channel (First)'],
    [
      'channel',
      `import { draw } from './editor/carets';`,
      'channel (First) imports editor/carets (Top)'
    ],
    ['editor/carets', `void import('../index');`, 'editor/carets (Top) imports index (Roof)'],
    [
      'peers',
      `import { PathExt } from '@jupyterlab/coreutils';`,
      'peers (Ground) imports @jupyterlab/coreutils'
    ],
    [
      'peers',
      `export const now = () => setTimeout(() => undefined, 1);`,
      'peers (Ground) uses setTimeout'
    ],
    ['peers', `export const title = document.title;`, 'peers (Ground) uses document'],
    ['peers', `export let place: HTMLElement;`, 'peers (Ground) uses HTMLElement'],
    ['utils', ``, 'utils is on no floor: list it in floors.spec.ts']
  ])('are seen to break in %s: %s', (module, text, fault) => {
    const others: [string, string][] = [
      ['channel', ''],
      ['editor/carets', ''],
      ['index', '']
    ];
    expect(faults(new Map([...others, [module, text]]))).toContain(fault);
  });

  it('allow what they should', () => {
    const sources = new Map([
      ['protocol', `import * as decoding from 'lib0/decoding';`],
      ['peers', `import type { Contents } from '@jupyterlab/services';\nimport './protocol';`],
      ['editor/carets', `import { IPeer } from '../peers';\nimport type { X } from './frame';`],
      ['editor/frame', `import { Y } from './carets';\nwindow.setTimeout(() => undefined);`],
      ['index', `export * from './editor/frame';`]
    ]);
    expect(faults(sources)).toEqual([]);
  });

  it('have no circle', () => {
    const sources = new Map([
      ['peers', `import './palette';`],
      ['palette', `export { x } from './peers';`]
    ]);
    expect(faults(sources)).toEqual(['imports in a circle: peers -> palette -> peers']);
  });
});
