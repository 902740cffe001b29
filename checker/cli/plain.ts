import { CHECK_OPTIONS } from './check_options.ts';
import { COMMAND_NAMES } from './command_table.ts';

const OPTIONS = new Map(CHECK_OPTIONS.map((option) => [option.name, option]));
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
      if (COMMAND_NAMES.includes(arg)) return null;
      scenarios.push(arg);
      continue;
    }
    const [, name = '', inline] = /^--([a-z-]+)(?:=(.*))?$/su.exec(arg) ?? [];
    const option = OPTIONS.get(name);
    if (option === undefined) return null;
    if (option.takes === 'flag') {
      if (inline !== undefined) return null;
      if (/^(?:true|false)$/u.test(args[i + 1] ?? '')) return null;
      raw[name] = true;
      continue;
    }
    const value = inline ?? args[++i] ?? '';
    if (!PLAIN.test(value) || option.choices?.includes(value) === false) return null;
    if (option.takes === 'many') raw[name] = [...((raw[name] as string[] | undefined) ?? []), value];
    else if (name in raw) return null;
    else raw[name] = value;
  }
  return raw;
}
