import type { Argv } from 'yargs';
import { helpText } from '../../reports/help.ts';
import { checkCommand, refuseUnfitting } from './check_command.ts';
import { CHECK_OPTIONS, type Option } from './check_options.ts';
import { COMMANDS, type CommandShape } from './command_table.ts';
import type { CheckCommand, Command, ExportCommand, Writing } from './commands.ts';
import type { Shell } from './completion_scripts.ts';
import { merged } from './config.ts';
import { helpPage } from './help_pages.ts';
import { plainOptions } from './plain.ts';
import { given, type Raw, text, texts } from './raw_options.ts';
import { translated } from './usage.ts';
import { parseAssignment, parseCount, parseReporter, parseSeed, usage } from './values.ts';

export type { CheckCommand } from './commands.ts';

function withOptions(y: Argv, options: readonly Option[]): Argv {
  let all = y;
  for (const { name, takes, choices } of options) {
    all = all.option(name, {
      ...(takes === 'flag'
        ? { type: 'boolean' as const }
        : { type: 'string' as const, requiresArg: true, array: takes === 'many' }),
      ...(choices === undefined ? {} : { choices }),
    });
  }
  return all;
}

function selected(raw: Raw) {
  return {
    path: text(raw, 'operand') ?? '',
    scenario: text(raw, 'scenario'),
    variant: text(raw, 'variant'),
    assignments: texts(raw, 'set').map(parseAssignment),
  };
}

function written(raw: Raw): Writing {
  return {
    to: text(raw, 'to') as Writing['to'],
    out: text(raw, 'out'),
    ascii: raw.ascii === true,
  };
}

/** What the options of each command of the table ask for. */
const READERS: Readonly<Record<string, (raw: Raw) => Exclude<Command, CheckCommand>>> = {
  steps: (raw) => ({ command: 'steps', ...selected(raw) }),
  replay: (raw) => ({
    command: 'replay',
    ...selected(raw),
    schedule: text(raw, 'schedule'),
    property: text(raw, 'property'),
    ...written(raw),
  }),
  simulate: (raw) => ({
    command: 'simulate',
    ...selected(raw),
    seed: given(raw, 'seed', (_, value) => parseSeed(value)),
    steps: given(raw, 'steps', parseCount),
    ...written(raw),
  }),
  explore: (raw) => ({
    command: 'explore',
    ...selected(raw),
    trace: text(raw, 'trace'),
    open: raw.open === true,
  }),
  export: (raw) => ({
    command: 'export',
    ...selected(raw),
    to: (text(raw, 'to') ?? 'promela') as ExportCommand['to'],
    out: text(raw, 'out'),
  }),
  merge: (raw) => ({
    command: 'merge',
    files: texts(raw, 'operands'),
    reporters: texts(raw, 'reporter').map(parseReporter),
    out: text(raw, 'out'),
    traces: (text(raw, 'trace') ?? 'unexpected') as CheckCommand['traces'],
    timeline: raw.timeline === true,
    ascii: raw.ascii === true,
  }),
  init: (raw) => ({ command: 'init', folder: text(raw, 'operand') }),
  completion: (raw) => ({ command: 'completion', shell: text(raw, 'operand') as Shell | null }),
};

/** As yargs writes it. Operands have names of their own: a command may have an option of the same name. */
function pattern({ name, operand }: CommandShape): string {
  if (operand.many === true) return `${name} <operands..>`;
  return operand.optional === true ? `${name} [operand]` : `${name} <operand>`;
}

/** What a command line asks for, before the configuration file has been looked at. */
type Asked = { readonly command: Exclude<Command, CheckCommand> } | { readonly check: Raw };

/** The yargs parser; `found` gets what the command line asks for. */
async function parser(args: readonly string[], version: string, found: (asked: Asked) => void) {
  const { default: yargs } = await import('yargs');
  let y = yargs([...args])
    .scriptName('upy-check')
    .locale('en')
    .help(false)
    .version(version)
    .strict()
    .recommendCommands()
    .exitProcess(false)
    .parserConfiguration({
      'greedy-arrays': false,
      'parse-positional-numbers': false,
      'parse-numbers': false,
      'dot-notation': false,
    })
    .command(
      '$0 [scenarios..]',
      '',
      (of) => withOptions(of.positional('scenarios', { type: 'string', array: true }), CHECK_OPTIONS),
      (raw) => found({ check: raw }),
    );
  for (const shape of COMMANDS) {
    const read = READERS[shape.name];
    if (read === undefined) throw new Error(`nobody reads the options of ${shape.name}`);
    const { many = false, choices } = shape.operand;
    y = y.command(
      pattern(shape),
      '',
      (of) =>
        withOptions(of, shape.options).positional(many ? 'operands' : 'operand', {
          type: 'string',
          array: many,
          ...(choices === undefined ? {} : { choices }),
        }),
      (raw) => found({ command: read(raw) }),
    );
  }
  return { y };
}

/** The options of the configuration file: `--config`, or the one of the working directory (`null`), or none (`false`). */
export type ReadConfig = (asked: string | false | null) => Promise<Raw>;

export const WITHOUT_CONFIG: ReadConfig = async () => ({});

/** Reads a command line (without `node` and the script). Throws UPY310, and what is wrong with the configuration. */
export async function parseCommandLine(
  args: readonly string[],
  version: string,
  width = 100,
  readConfig: ReadConfig = WITHOUT_CONFIG,
): Promise<Command> {
  const page = helpPage(args);
  if (page !== null) return { command: 'print', text: helpText(page, Math.min(width, 110)) };
  const plain = plainOptions(args);
  return commandOf(plain === null ? await withYargs(args, version) : { check: plain }, readConfig);
}

/** A check with what the configuration file says. */
export async function commandOf(asked: Asked, readConfig: ReadConfig): Promise<Command> {
  if ('command' in asked) return asked.command;
  const config = await readConfig(asked.check.config === false ? false : text(asked.check, 'config'));
  const command = checkCommand(merged(asked.check, config));
  refuseUnfitting(command);
  if (command.paths.length > 0) return command;
  throw usage(
    'no scenario is given',
    'the command line names no file or folder, and no configuration does',
    'upy-check scenarios/  or  upy-check --help',
  );
}

/** The same, whatever the command line is like. */
export async function withYargs(args: readonly string[], version: string): Promise<Asked> {
  let asked: Asked | null = null;
  let output = '';
  let problem: string | null = null;
  let thrown: unknown = null;
  const { y } = await parser(args, version, (each) => {
    asked = each;
  });
  await y.parse([...args], {}, (error: Error | undefined | null, _argv: unknown, text: string) => {
    // An error that a handler throws (a value out of range) is ours already.
    if (error && error.name === 'UserError') thrown = error;
    else if (error) problem = error.message;
    output = text;
  });
  if (thrown !== null) throw thrown;
  if (problem !== null) throw translated(problem, args);
  return asked ?? { command: { command: 'print', text: output } };
}
