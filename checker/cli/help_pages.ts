import type { HelpPage, HelpRow } from '../../reports/help.ts';
import { CHECK_OPTIONS, type Option } from './check_options.ts';
import { COMMAND_NAMES, COMMANDS, type CommandShape } from './command_table.ts';

const EXITS =
  'Exit code: 0 every verdict as expected, 1 not as expected, 2 a mistake in the command line or a scenario, ' +
  '3 incomplete, 130 interrupted, 70 a fault of upy-check.';

const GENERAL: readonly HelpRow[] = [
  ['--help', 'This text; of a command: upy-check <command> --help'],
  ['--version', 'The version'],
];

/** What to show for `--help`, `-h`, `help` and `help <command>`; `null`: none of them is asked for. */
export function helpPage(args: readonly string[]): HelpPage | null {
  const isWord = args[0] === 'help' && (args.length === 1 || COMMAND_NAMES.includes(args[1] ?? ''));
  if (!isWord && !args.includes('--help') && !args.includes('-h')) return null;
  const name = isWord ? args[1] : args[0];
  const shape = COMMANDS.find((each) => each.name === name);
  return shape === undefined ? checkPage() : commandPage(shape);
}

function checkPage(): HelpPage {
  const groups = [...new Set(CHECK_OPTIONS.map(({ group }) => group))];
  return {
    usage: 'upy-check <files, folders, globs…> [options]\nupy-check <command> …',
    about: 'Checks every interleaving of concurrency designs: all variants of all scenarios in these files.',
    sections: [
      { title: 'Commands', rows: COMMANDS.map((shape): HelpRow => [usageOf(shape), shape.describe]) },
      ...groups.map((group) => ({
        title: group,
        rows: CHECK_OPTIONS.filter((option) => option.group === group).map(optionRow),
      })),
      { title: 'Other', rows: GENERAL },
    ],
    examples: [
      ['upy-check scenarios/', 'every scenario in a folder'],
      ['upy-check scenarios/wake.ts --variant fixed --trace all', 'one variant, with its traces'],
      ['upy-check scenarios/ --reporter junit=out.xml', 'a report for CI beside the console'],
    ],
    notes: [EXITS],
  };
}

function commandPage(shape: CommandShape): HelpPage {
  const { operand, describe, options, example, name } = shape;
  return {
    usage: `upy-check ${usageOf(shape)}${options.length === 0 ? '' : ' [options]'}`,
    about: `${describe}.`,
    sections: [
      { title: 'Operand', rows: [[operandOf(shape), operand.describe]] },
      { title: 'Options', rows: [...options.map(optionRow), ['--help', 'This text']] },
    ],
    examples: [[`upy-check ${name} ${example}`.trimEnd(), '']],
    notes: [],
  };
}

function operandOf({ operand: { name, many, optional } }: CommandShape): string {
  return optional === true ? `[${name}]` : `<${name}>${many === true ? '…' : ''}`;
}

function usageOf(shape: CommandShape): string {
  return `${shape.name} ${operandOf(shape)}`;
}

function optionRow({ name, takes, value, choices, describe }: Option): HelpRow {
  const shown = value ?? (choices === undefined ? '' : choices.join('|'));
  return [
    `--${name}${shown === '' ? '' : ` ${shown}`}`,
    `${describe}${takes === 'many' ? ' (repeatable)' : ''}`,
  ];
}
