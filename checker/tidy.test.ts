/** What the repository promises of itself: sizes, directions of imports, and nothing that makes a run differ from the next. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { root } from './language/own.ts';

const LINES_MAX = 450;
const FOLDERS = ['model', 'checker', 'reports', 'scenarios', 'bench'];
/** Inputs of tests that are kept as they were written. */
const CORPUS = 'checker/language/corpus/';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

class File {
  readonly text: string;
  readonly #nodes: Node[] = [];

  constructor(readonly path: string) {
    this.text = readFileSync(join(root, path), 'utf8');
    this.#collect(parseSync(path, this.text).program);
  }

  get isTest(): boolean {
    return /\.(test|oracle)\.ts$/.test(this.path);
  }

  #collect(value: unknown): void {
    if (Array.isArray(value)) for (const each of value) this.#collect(each);
    else if (typeof value === 'object' && value !== null) {
      if (typeof (value as Node).type === 'string') this.#nodes.push(value as Node);
      for (const each of Object.values(value)) this.#collect(each);
    }
  }

  nodes(...types: readonly string[]): Node[] {
    return this.#nodes.filter(({ type }) => types.includes(type));
  }

  at({ start }: { readonly start: number }): string {
    return `${this.path}:${this.text.slice(0, start).split('\n').length}`;
  }

  sourceOf(node: Node): string {
    return this.text.slice(node.start, node.end as number);
  }

  imports(): Import[] {
    const all = this.nodes(
      'ImportDeclaration',
      'ExportNamedDeclaration',
      'ExportAllDeclaration',
      'ImportExpression',
      'TSImportType',
    );
    return all.flatMap((node) => {
      const { value } = (node.source ?? {}) as { value?: unknown };
      if (typeof value !== 'string') return [];
      const line = this.text.slice(0, node.start).split('\n').length;
      const from = value.startsWith('.') ? posix.join(dirname(this.path), value) : value;
      return [{ from, typeOnly: isTypeOnly(node), line }];
    });
  }
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true;
  const specifiers = (node.specifiers ?? []) as readonly Node[];
  return (
    specifiers.length > 0 &&
    specifiers.every((each) => each.importKind === 'type' || each.exportKind === 'type')
  );
}

function below(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
    (path) => `${folder}/${path.replaceAll('\\', '/')}`,
  );
}

const files = FOLDERS.flatMap(below)
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith(CORPUS))
  .map((path) => new File(path));

test('no file is too long to be read in one go', () => {
  const lengths = files.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
  expect(lengths.filter(({ lines }) => lines > LINES_MAX)).toEqual([]);
});

/** What code in a folder may import; the first rule that fits a file counts. `type …`: types only. */
const RULES: readonly (readonly [who: RegExp, may: readonly RegExp[]])[] = [
  [/\.(test|oracle|browser)\.ts$|\/testing\.ts$|\/random_[a-z]+\.ts$|^checker\/oracles\//, [/./]],
  [/^model\//, [/^model\//]],
  [/^(scenarios|checker\/cli\/fixtures)\//, [/^scenarios\//, /^upy-check(\/|$)/]],
  [/^bench\//, [/./]],
  // The command line wires everything.
  [/^checker\/cli\//, [/^(model|checker|reports)\//, /^node:/, /^yargs$/]],
  // What loads and transforms files.
  [
    /^checker\/(language\/[a-z_]+|build|bundle)\.ts$/,
    [/^(model|checker)\//, /^node:/, /^(oxc-parser|oxc-transform|magic-string|rolldown)$/],
  ],
  [/^checker\/search\/fewest_switches\.ts$/, [/^checker\//, /^@datastructures-js\/priority-queue$/]],
  // The checker itself: no files, no console, no clock.
  [/^checker\//, [/^(model|checker)\//]],
  [/^reports\/html\/vite\.config\.ts$/, [/^node:url$/, /^vite$/]],
  // The page in the browser: words as the other reporters have them, but no terminal.
  [
    /^reports\/html\/page\//,
    [/^reports\/(?!paint|vitest)/, /^type (checker|model|reports)\//, /^preact(\/hooks)?$/, /\.css$/],
  ],
  [/^reports\/vitest\//, [/^(model|checker|reports)\//, /^node:path$/, /^vitest$/]],
  [/^reports\//, [/^reports\//, /^type (checker|model)\//, /^chalk$/]],
];

describe('imports', () => {
  test.each(FOLDERS)('of %s point one way', (folder) => {
    const wrong = files
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .flatMap((file) => {
        const may = RULES.find(([who]) => who.test(file.path))?.[1] ?? [];
        const allowed = ({ from, typeOnly }: Import) =>
          may.some((rule) => rule.test(from) || (typeOnly && rule.test(`type ${from}`)));
        return file
          .imports()
          .filter((each) => !allowed(each))
          .map(({ from, line }) => `${file.path}:${line} imports ${from}`);
      });
    expect(wrong).toEqual([]);
  });
});

test('nothing is `any`', () => {
  expect(files.flatMap((file) => file.nodes('TSAnyKeyword').map((node) => file.at(node)))).toEqual([]);
});

/** The world's clock and the process belong to the command line and the measurements; the lowering refuses them by name. */
const MAY_LOOK_AT_THE_WORLD = /^(checker\/cli\/process\.ts|checker\/language\/lower\/native\.ts|bench\/.*)$/;
const WORLD = new Set(['Date.now', 'Math.random', 'performance.now', 'process.exit', 'process.hrtime']);

test('no clock, no chance and no exit outside of the named files', () => {
  const found = files
    .filter(({ path }) => !MAY_LOOK_AT_THE_WORLD.test(path))
    .flatMap((file) => [
      ...file
        .nodes('MemberExpression')
        .filter((node) => WORLD.has(file.sourceOf(node)))
        .map((node) => file.at(node)),
      ...file
        .nodes('NewExpression')
        .filter((node) => /^new Date\b/.test(file.sourceOf(node)))
        .map((node) => file.at(node)),
    ]);
  expect(found).toEqual([]);
});

test('no test is skipped, left for later or alone', () => {
  const wanting = /^(?:test|it|describe)(?:\.\w+)*\.(?:skip|only|todo|skipIf|runIf|fails)$/;
  const found = files
    .filter(({ isTest }) => isTest)
    .flatMap((file) =>
      file
        .nodes('MemberExpression')
        .filter((node) => wanting.test(file.sourceOf(node)))
        .map((node) => file.at(node)),
    );
  expect(found).toEqual([]);
});

const MACHINE = new RegExp(
  `(?:^|[\\s'"\`(=])/(?:${['home', 'Users', 'root', 'work', 'private', 'mnt'].join('|')})/\\w`,
);

test('nothing names the machine that it was written on', () => {
  const own = readdirSync(root, { withFileTypes: true }).filter(
    (each) => each.isFile() && !each.name.endsWith('.tgz'),
  );
  const all = [...own.map(({ name }) => name), ...FOLDERS.flatMap(below), ...below('docs')];
  const found = all
    .filter((path) => /\.(ts|md|json|pml|ya?ml)$|^[A-Z]+$/.test(path))
    .flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .flatMap((line, i) =>
          MACHINE.test(line) || /"resolved":\s"http/.test(line) ? [`${path}:${i + 1}`] : [],
        ),
    );
  expect(found).toEqual([]);
});
