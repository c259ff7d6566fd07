import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

const under = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder))
    .filter(file => file.endsWith(ending))
    .map(file => join(folder, file));

/** Where users find code to copy: what they read, and the docstrings that their editors and API.md show. */
export const TEXTS = ['README.md', 'CONTRIBUTING.md', ...under('docs', '.md')];
export const SOURCES = under('lib', '.ts');

export interface Snippet {
  /** File and line, as a file name. */
  readonly name: string;
  readonly code: string;
}

export function snippets(file: string): Snippet[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^( \* |\s+\* )?```ts\n(.*?)```/gms)].map(({ index, 1: margin, 2: code = '' }) => {
    const line = text.slice(0, index).split('\n').length;
    const lines = code.split('\n').map(row => (margin === undefined ? row : row.replace(/^\s*\* ?/, '')));
    return { name: `${file.replaceAll('/', '.')}-line-${line}.ts`, code: lines.join('\n') };
  });
}

/** A snippet as a module: its statements are those of a stack's constructor, so that `this` is a scope. */
export function moduleOf({ code }: Snippet, imports: readonly string[]): string {
  const lines = code.split('\n');
  const isImport = (line: string) => line.startsWith('import ');
  return [
    ...imports,
    ...lines.filter(isImport),
    "import { Stack as StackOfSnippet } from 'aws-cdk-lib';",
    'export class Snippet extends StackOfSnippet { constructor(...all: ConstructorParameters<typeof StackOfSnippet>) { super(...all);',
    ...lines.filter(line => !isImport(line)),
    '} }',
  ].join('\n');
}

/** For the compiler and for tsx: the library by its name. */
export const SNIPPET_TSCONFIG = {
  extends: join(ROOT, 'examples', 'tsconfig.json'),
  compilerOptions: {
    noUnusedLocals: false,
    paths: { 'cdk-direct-connect-lag-membership': [join(ROOT, 'lib', 'index.ts')] },
  },
  include: ['.'],
};
