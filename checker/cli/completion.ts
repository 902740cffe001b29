import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LoadedScenario } from '../check.ts';
import { COMMANDS, optionsOf, SCENARIO_FILE } from './command_table.ts';

/** What a shell may put in for a word. */
export interface Offer {
  /** Ends with `=` or `/`: more belongs to the same word. */
  readonly value: string;
  readonly describe: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly load: (path: string) => Promise<readonly LoadedScenario[]>;
}

/** What a shell offers for the last of these words (those after the program's name). */
export async function completions(words: readonly string[], around: Surroundings): Promise<Offer[]> {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const offers = await offersFor(last, before, around);
  // One line each: a name that is more than a line cannot be offered.
  return offers
    .filter(({ value }) => value.startsWith(last) && !/\p{Cc}/u.test(value))
    .map(({ value, describe }) => ({ value, describe: describe.replaceAll(/[\s\p{Cc}]+/gu, ' ') }));
}

async function offersFor(
  last: string,
  before: readonly string[],
  around: Surroundings,
): Promise<readonly Offer[]> {
  const option = optionsOf(before).find(
    ({ name, takes }) => takes !== 'flag' && `--${name}` === before.at(-1),
  );
  if (option !== undefined) {
    const values = option.offers ?? option.choices;
    if (values !== undefined) return values.map(plain);
    if (option.value === '<file>') return files(last, around.cwd, /./u);
    if (['variant', 'scenario', 'set'].includes(option.name))
      return ofScenarios(option.name, await scenarios(before, around));
    return [];
  }
  if (last.startsWith('-')) return optionOffers(before);
  const command = COMMANDS.find(({ name }) => name === before[0]);
  if (command !== undefined) {
    const { files: fitting, choices, many } = command.operand;
    const isTaken = operandsIn(before).length > 0;
    if (choices !== undefined) return isTaken ? [] : choices.map(plain);
    return isTaken && many !== true ? [] : files(last, around.cwd, fitting ?? /./u);
  }
  const commands =
    before.length === 0 ? COMMANDS.map(({ name, describe }): Offer => ({ value: name, describe })) : [];
  return [...commands, ...files(last, around.cwd, SCENARIO_FILE)];
}

/** Words that are neither options nor their values, after the command. */
function operandsIn(words: readonly string[]): string[] {
  const takes = new Set(
    optionsOf(words).flatMap((option) => (option.takes === 'flag' ? [] : [`--${option.name}`])),
  );
  return words.slice(1).filter((word, i) => !word.startsWith('-') && !takes.has(words[i] ?? ''));
}

const plain = (value: string): Offer => ({ value, describe: '' });

function optionOffers(before: readonly string[]): Offer[] {
  const own = optionsOf(before).filter(
    ({ name, takes }) => takes === 'many' || !before.includes(`--${name}`),
  );
  return [
    ...own.map(({ name, describe }) => ({ value: `--${name}`, describe })),
    { value: '--help', describe: 'What there is' },
    ...(before.length === 0 ? [{ value: '--version', describe: 'The version' }] : []),
  ];
}

/** Files whose name fits, and folders. */
function files(prefix: string, cwd: string, fits: RegExp): Offer[] {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const absolute = resolve(cwd, folder);
  return entriesOf(absolute)
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .filter((entry) => entry.isDirectory() || fits.test(entry.name))
    .map((entry) => plain(`${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`))
    .sort((a, b) => (a.value < b.value ? -1 : 1));
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // It is no folder, or nobody may look into it.
    return [];
  }
}

/** The scenarios in the files among these words. What cannot be loaded has none. */
async function scenarios(words: readonly string[], { cwd, load }: Surroundings): Promise<LoadedScenario[]> {
  const found: LoadedScenario[] = [];
  for (const word of words) {
    if (!SCENARIO_FILE.test(word) || !existsSync(resolve(cwd, word))) continue;
    try {
      found.push(...(await load(resolve(cwd, word))));
    } catch {
      // The check says why.
    }
  }
  return found;
}

function ofScenarios(option: string, all: readonly LoadedScenario[]): Offer[] {
  const offers = all.flatMap(({ scenario: { name, spec } }): Offer[] => {
    if (option === 'scenario') return [{ value: name, describe: spec.about }];
    if (option === 'variant')
      return Object.keys(spec.variants).map((each) => ({ value: each, describe: name }));
    return [
      ...Object.entries(spec.parameters ?? {}).map(([each, value]) => ({
        value: `${each}=`,
        describe: `now ${value}`,
      })),
      ...(spec.full === undefined ? [] : [{ value: 'size=full', describe: 'the larger values' }]),
    ];
  });
  return [...new Map(offers.map((offer) => [offer.value, offer])).values()];
}
