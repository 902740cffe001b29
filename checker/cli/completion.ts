import { CHECK_OPTIONS } from './check_options.ts';

export const COMMANDS = ['steps', 'replay', 'simulate', 'export', 'merge', 'completion'];
const VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ...CHECK_OPTIONS.map(({ name, choices, offers }) => [`--${name}`, offers ?? choices ?? []] as const).filter(
    ([, values]) => values.length > 0,
  ),
  ['--to', ['promela', 'tla']],
]);

/** Long options by command; a test compares them with the parser's. */
const SHARED = ['help', 'version', 'variant', 'set'];
const SELECTION = [...SHARED, 'scenario'];
const CHECK = [...SHARED, ...CHECK_OPTIONS.map(({ name }) => name).filter((name) => !SHARED.includes(name))];

/** The options of the command that these words begin with. */
export function optionsOf(args: readonly string[]): readonly string[] {
  if (args[0] === 'steps') return SELECTION;
  if (args[0] === 'simulate') return [...SELECTION, 'seed', 'steps'];
  if (args[0] === 'export') return [...SELECTION, 'to', 'out'];
  if (args[0] === 'merge') return ['help', 'version', 'reporter', 'out', 'trace'];
  return args[0] === 'replay' ? [...SELECTION, 'schedule', 'property'] : CHECK;
}

/**
 * What a shell offers for the last of these words (those after the program's name). Nothing: the shell offers files.
 * Yargs completes no options of a default command, so this is ours.
 */
export function completions(words: readonly string[]): string[] {
  const last = words.at(-1) ?? '';
  const values = VALUES.get(words.at(-2) ?? '');
  if (values !== undefined) return values.filter((each) => each.startsWith(last));
  if (last.startsWith('-'))
    return optionsOf(words)
      .map((each) => `--${each}`)
      .filter((each) => each.startsWith(last));
  return words.length === 1 && last !== '' ? COMMANDS.filter((each) => each.startsWith(last)) : [];
}
