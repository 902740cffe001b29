import { SEARCHES } from './values.ts';

/** Options of `upy-check <scenarios>` that take a value; with its choices where it has some. */
const VALUED: ReadonlyMap<string, readonly string[] | null> = new Map<string, readonly string[] | null>([
  ...['variant', 'set', 'reporter', 'out', 'max-states', 'max-depth', 'max-memory', 'max-time'].map(
    (name) => [name, null] as const,
  ),
  ...['preemptions', 'runs', 'bug-depth', 'seed'].map((name) => [name, null] as const),
  ['trace', ['unexpected', 'all', 'none']],
  ['store', ['exact', 'fingerprint']],
  ['search', SEARCHES],
  ['reduce', ['none']],
]);
const REPEATABLE = new Set(['variant', 'set', 'reporter']);
const FLAGS = new Set(['list', 'witnesses', 'profile']);
const COMMANDS = new Set(['steps', 'replay', 'simulate', 'export', 'completion']);
/** Without quotes, which yargs would take off, and without white space. */
const PLAIN = /^[^-\s"'`\\][^\s"'`\\]*$/u;

/**
 * The options of a plain command line that checks scenarios, as yargs would read them; `null` for all that is not
 * plain: other commands, help, mistakes. Yargs takes longer to load than most scenarios to check.
 */
export function plainOptions(args: readonly string[]): Readonly<Record<string, unknown>> | null {
  const scenarios: string[] = [];
  const raw: Record<string, unknown> = { scenarios };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (PLAIN.test(arg)) {
      if (COMMANDS.has(arg)) return null;
      scenarios.push(arg);
      continue;
    }
    const [, name = '', inline] = /^--([a-z-]+)(?:=(.*))?$/su.exec(arg) ?? [];
    if (FLAGS.has(name) && inline === undefined) {
      if (/^(?:true|false)$/u.test(args[i + 1] ?? '')) return null;
      raw[name] = true;
      continue;
    }
    const choices = VALUED.get(name);
    const value = inline ?? args[++i] ?? '';
    if (choices === undefined || !PLAIN.test(value) || choices?.includes(value) === false) return null;
    if (REPEATABLE.has(name)) raw[name] = [...((raw[name] as string[] | undefined) ?? []), value];
    else if (name in raw) return null;
    else raw[name] = value;
  }
  return raw;
}
