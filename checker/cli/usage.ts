import { optionsOf } from './command_table.ts';
import { didYouMean } from './suggest.ts';
import { usage } from './values.ts';

/** Yargs' message in three parts. */
export function translated(message: string, args: readonly string[]): Error {
  const unknown = /^Unknown arguments?: (.*)$/u.exec(message)?.[1]?.split(', ') ?? [];
  if (unknown.length > 0) {
    const name =
      unknown.find((each) => args.some((arg) => arg === `--${each}` || arg.startsWith(`--${each}=`))) ??
      unknown[0] ??
      '';
    const isWord = args.includes(name);
    if (isWord)
      return usage(
        `'${name}' is one word too many`,
        'this command takes one file',
        'upy-check --help shows the commands',
      );
    const shown = name.length === 1 ? `-${name}` : `--${name}`;
    return usage(
      `there is no option ${shown}`,
      didYouMean(
        shown,
        optionsOf(args).map(({ name }) => `--${name}`),
        'options',
      ),
      'upy-check --help shows them all',
    );
  }
  const [, option, value, choices] = /Argument: ([^,]+), Given: "(.*)", Choices: (.*)/u.exec(message) ?? [];
  if (option !== undefined && value !== undefined && choices !== undefined) {
    const known = choices.split(', ').map((each) => each.replaceAll('"', ''));
    const what =
      option === 'operand'
        ? `${args[0]} takes no '${value}'`
        : `--${option} ${value} is not a value it takes`;
    return usage(what, didYouMean(value, known, 'values'), `one of: ${known.join(', ')}`);
  }
  const without = /^Not enough arguments following: (.*)$/u.exec(message)?.[1];
  if (without !== undefined)
    return usage(`--${without} needs a value`, 'nothing stands after it', `--${without} <value>`);
  if (message.startsWith('Not enough non-option arguments')) {
    return usage(
      `'${args[0] ?? ''}' needs a file`,
      'the command line names none',
      `upy-check ${args[0] ?? ''} <file>`,
    );
  }
  return usage(
    message.split('\n')[0] ?? message,
    'the command line is not as it should be',
    'upy-check --help',
  );
}
