import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { UserError } from '../options.ts';
import type { Place } from '../trace.ts';
import { checkCommand } from './check_command.ts';
import { CHECK_OPTIONS, type Option } from './check_options.ts';
import type { Raw } from './raw_options.ts';
import { didYouMean } from './suggest.ts';

/** Looked for in the working directory, in this order. */
export const CONFIG_FILES = ['ts', 'mts', 'js', 'mjs'].map((extension) => `upy-check.config.${extension}`);

/** Imports a file; its exports. */
export type Import = (path: string) => Promise<Readonly<Record<string, unknown>>>;

/** The options of a configuration by their names in the file: `maxStates`. */
export const CONFIG_OPTIONS: ReadonlyMap<string, Option> = new Map<string, Option>([
  ['scenarios', { name: 'scenarios', takes: 'many', describe: '' }] as const,
  ...CHECK_OPTIONS.filter(({ name }) => name !== 'config' && name !== 'watch').map(
    (option) => [option.name.replaceAll(/-(.)/gu, (_, letter) => letter.toUpperCase()), option] as const,
  ),
]);

/**
 * The options of the configuration file, as a parser leaves them, with paths as seen from `cwd`.
 *
 * @param asked `--config`; `null`: the file in the working directory, if there is one; `false`: none
 * Throws UPY300, UPY302, UPY360, UPY361, UPY362.
 */
export async function configured(asked: string | false | null, cwd: string, load: Import): Promise<Raw> {
  const path = asked === false ? null : find(asked, cwd);
  if (path === null) return {};
  const shown = relative(cwd, path) || path;
  const config = exported(await load(path), shown);
  const source = readFileSync(path, 'utf8');
  const raw: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (value === undefined) continue;
    const option = CONFIG_OPTIONS.get(key);
    const at = placeOf(key, source, shown);
    if (option === undefined) throw unknown(key, shown, at);
    const text = asRaw(option, value);
    const wrong = text === null ? typesOf(option) : refusal(option, text);
    if (text === null || wrong !== null) throw unfit(key, value, shown, at, wrong ?? '');
    raw[option.name] = rebased(option, text, dirname(path), cwd);
  }
  return raw;
}

/** What the command line gives wins; parameters that it does not set stay. */
export function merged(given: Raw, fromFile: Raw): Raw {
  const own = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && !isEmpty(value)),
  );
  const set = [...list(fromFile.set), ...list(given.set)];
  return { ...fromFile, ...own, ...(set.length === 0 ? {} : { set }) };
}

const list = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function find(asked: string | null, cwd: string): string | null {
  if (asked === null) {
    const name = CONFIG_FILES.find((each) => existsSync(resolve(cwd, each)));
    return name === undefined ? null : resolve(cwd, name);
  }
  if (existsSync(resolve(cwd, asked))) return resolve(cwd, asked);
  throw new UserError(
    'UPY300',
    `there is no file ${asked}`,
    null,
    'a typing mistake, or another working directory than the path is meant for',
    'give the path of a configuration file, or leave --config out',
  );
}

function exported(
  exports: Readonly<Record<string, unknown>>,
  file: string,
): Readonly<Record<string, unknown>> {
  const config = exports.default;
  if (typeof config === 'object' && config !== null && !Array.isArray(config))
    return config as Readonly<Record<string, unknown>>;
  throw new UserError(
    'UPY362',
    `${file} exports no configuration`,
    null,
    config === undefined ? 'it has no default export' : 'its default export is no object',
    "write `export default defineConfig({ … })`, with `defineConfig` from 'upy-check'",
  );
}

function unknown(key: string, file: string, at: Place | null): UserError {
  return new UserError(
    'UPY360',
    `${file}: there is no option '${key}'`,
    at,
    didYouMean(key, [...CONFIG_OPTIONS.keys()], 'options'),
    'the options are those of the command line, in camel case: upy-check --help shows them',
  );
}

function unfit(key: string, value: unknown, file: string, at: Place | null, likely: string): UserError {
  const shown = valueText(value);
  return new UserError(
    'UPY361',
    `${file}: '${key}' cannot be ${shown.length > 60 ? `${shown.slice(0, 59)}…` : shown}`,
    at,
    likely,
    'mend it there; upy-check --help shows what each option takes',
  );
}

function valueText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A big integer, or an object that contains itself.
    return String(value);
  }
}

/** The value as the parser of the command line would leave it; `null`: it is of no type that fits. */
function asRaw({ name, takes }: Option, value: unknown): unknown {
  if (takes === 'flag') return typeof value === 'boolean' ? value : null;
  if (name === 'set') return assignments(value);
  const one = (each: unknown): string | null =>
    typeof each === 'string' || (typeof each === 'number' && Number.isFinite(each)) ? String(each) : null;
  if (takes === 'one') return one(value);
  const all = (Array.isArray(value) ? value : [value]).map(one);
  return all.includes(null) ? null : all;
}

function assignments(value: unknown): string[] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const isScalar = (each: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof each);
  const entries = Object.entries(value);
  return entries.every(([, each]) => isScalar(each))
    ? entries.map(([name, each]) => `${name}=${each}`)
    : null;
}

function typesOf({ name, takes }: Option): string {
  if (takes === 'flag') return 'it is true or false';
  if (name === 'set') return 'it is an object with a number, string or boolean for each parameter';
  return takes === 'one' ? 'it is a string or a number' : 'it is a string, or a list of strings';
}

/** Why the command line would not take this value. */
function refusal({ name, choices }: Option, value: unknown): string | null {
  if (choices !== undefined && !choices.includes(String(value)))
    return didYouMean(String(value), choices, 'values');
  try {
    checkCommand({ [name]: value });
    return null;
  } catch (error) {
    if (error instanceof UserError) return error.likely;
    throw error;
  }
}

/** Paths of the file, as seen from the working directory. */
function rebased({ name }: Option, value: unknown, folder: string, cwd: string): unknown {
  const path = (text: string): string => {
    if (isAbsolute(text) || text === '-' || folder === cwd) return text;
    // A slash at the end says that it is a folder.
    return (relative(cwd, resolve(folder, text)) || '.') + (/[\\/]$/u.exec(text)?.[0] ?? '');
  };
  if (name === 'out' || name === 'checkpoint') return path(String(value));
  if (name === 'scenarios') return (value as string[]).map(path);
  if (name !== 'reporter') return value;
  return (value as string[]).map((each) => each.replace(/=(.+)$/u, (_, file: string) => `=${path(file)}`));
}

/** Where a key stands in the file: its first line that looks like it. */
function placeOf(key: string, source: string, file: string): Place | null {
  const lines = source.split('\n');
  const pattern = new RegExp(`(?:^|[\\s{,])(['"]?)${escaped(key)}\\1\\s*:`, 'u');
  const line = lines.findIndex((each) => pattern.test(each));
  const text = lines[line];
  if (text === undefined) return null;
  return { file, line: line + 1, column: text.indexOf(key) + 1, text: text.trim() };
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');
