import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BuiltVariant } from '../../build_variant.ts';
import { check } from '../../check.ts';
import { type TlaModel, tlaOf } from '../tla.ts';

/** Test helper: TLC on an exported module, and the comparison with the checker. */

const run = promisify(execFile);

/** What an exhaustive run of TLC found. */
export interface TlcRun {
  readonly states: number;
  readonly generated: number;
  /** Lines `violated <kind> <name>` and `reached <kind> <name>`, sorted. */
  readonly reports: readonly string[];
}

/** The class path of TLC. Throws with a message for people if there is none. */
export async function needTlc(): Promise<string> {
  const classes = process.env.UPY_CHECK_TLC;
  if (classes === undefined || classes === '')
    throw new Error('UPY_CHECK_TLC must name tla2tools.jar, or a class path with TLC: see docs/trust.md');
  try {
    await run('java', ['-version']);
  } catch {
    throw new Error("these tests need 'java', which does not run here: apt-get install default-jre-headless");
  }
  return classes;
}

/**
 * Notes every property that is violated somewhere, and goes on: TLC itself ends at the first, or shows a trace for each state.
 * Registers are TLC's own, so this works with one worker.
 */
function survey({ name, invariants, reachable }: TlaModel): { module: string; cfg: string; words: string[] } {
  const asked = [
    ...[...invariants].map(([invariant, what]) => [invariant, `violated ${what}`] as const),
    ...[...reachable].map(([invariant, what]) => [invariant, `reached ${what}`] as const),
  ];
  const noted = asked.map(
    ([invariant], i) =>
      `  /\\ ${invariant} \\/ TLCGet(${i + 1}) \\/ (TLCSet(${i + 1}, TRUE) /\\ PrintT("upy-check ${i}"))`,
  );
  const cleared = asked.map((_, i) => `  /\\ TLCSet(${i + 1}, FALSE)`);
  const module = [
    '---- MODULE Survey ----',
    `EXTENDS ${name}, TLC`,
    'Begin ==',
    ...cleared,
    '  /\\ Init',
    'Note ==',
    ...noted,
    ...(noted.length === 0 ? ['  TRUE'] : []),
    '====',
    '',
  ].join('\n');
  return {
    module,
    cfg: 'INIT Begin\nNEXT Next\nINVARIANT Note\nCHECK_DEADLOCK FALSE\n',
    words: asked.map(([, word]) => word),
  };
}

/** Runs TLC over all states. `too wide`: a number needs more than the 32 bits that TLC has. */
export async function tlc(model: TlaModel): Promise<TlcRun | 'too wide'> {
  const { module, cfg, words } = survey(model);
  const output = await inFolder(
    { [`${model.name}.tla`]: model.module, 'Survey.tla': module, 'Survey.cfg': cfg },
    'Survey',
  );
  if (/Overflow when computing|number this big/i.test(output)) return 'too wide';
  const counts = /(\d+) states generated, (\d+) distinct states found, 0 states left/.exec(output);
  if (counts === null || !output.includes('No error has been found'))
    throw new Error(`TLC did not finish:\n${output.slice(-4000)}`);
  const reports = [...output.matchAll(/^"?upy-check (\d+)"?$/gm)].map(([, i]) => words[Number(i)] as string);
  return { states: Number(counts[2]), generated: Number(counts[1]), reports: reports.sort() };
}

/** Runs TLC as a user does: the name of the first invariant that is violated, with the states of the way there. */
export async function firstViolation(model: TlaModel): Promise<{ invariant: string; states: number } | null> {
  const files = { [`${model.name}.tla`]: model.module, [`${model.name}.cfg`]: model.cfg };
  const output = await inFolder(files, model.name);
  const violated = /Invariant (\w+) is violated/.exec(output)?.[1];
  if (violated !== undefined)
    return { invariant: violated, states: [...output.matchAll(/^State \d+: /gm)].length || 1 };
  if (!output.includes('No error has been found'))
    throw new Error(`TLC did not finish:\n${output.slice(-4000)}`);
  return null;
}

async function inFolder(files: Readonly<Record<string, string>>, name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'upy-check-tlc-'));
  try {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    const java = [
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=4',
      '-Xss256m',
      '-Xmx3g',
      '-cp',
      await needTlc(),
    ];
    const options = [
      '-workers',
      '1',
      '-noGenerateSpecTE',
      '-nowarning',
      '-metadir',
      join(folder, 'states'),
      name,
    ];
    return (await run('java', [...java, 'tlc2.TLC', ...options], { cwd: folder, maxBuffer: 2 ** 28 })).stdout;
  } catch (error) {
    // TLC exits with a code of its own for each kind of violation.
    const { stdout } = error as { stdout?: string };
    if (stdout === undefined) throw error;
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the checker found, in the same words; `null`: more states than that, or the search did not finish. */
export async function checked(
  { loaded, variant, parameters }: BuiltVariant,
  maxStates: number,
  decides: ReadonlySet<string>,
): Promise<TlcRun | null> {
  for await (const result of check(loaded, {
    variants: [variant],
    parameters,
    reduce: 'none',
    maxStates: maxStates + 1,
  })) {
    const { states, transitions } = result.figures;
    if (states > maxStates || result.limit?.kind === 'max-states') return null;
    const found = result.properties.flatMap(({ kind, name, status, trace }) => {
      const what = `${kind} ${name}`;
      if (!decides.has(what)) return [];
      if (kind === 'sometimes') return status === 'holds' ? [`reached ${what}`] : [];
      return status === 'violated' || (kind === 're-entry' && trace !== null) ? [`violated ${what}`] : [];
    });
    return { states, generated: transitions + 1, reports: [...new Set(found)].sort() };
  }
  return null;
}

/** Counts comparisons. */
export class Tally {
  private compared = 0;
  private different = 0;
  private states = 0;
  private tooWide = 0;

  /** False if the model is too large for us or too wide for TLC; throws what differs. */
  async agrees(built: BuiltVariant, maxStates: number): Promise<boolean> {
    const model = tlaOf(built, 'Model');
    const decides = new Set([...model.invariants.values(), ...model.reachable.values()]);
    const expected = await checked(built, maxStates, decides);
    if (expected === null) return false;
    const found = await tlc(model);
    if (found === 'too wide') {
      this.tooWide++;
      return false;
    }
    this.compared++;
    this.states += found.states;
    const [ours, theirs] = [expected, found].map(
      ({ states, generated, reports }) => `${states} states, ${generated} generated; ${reports.join('; ')}`,
    );
    if (ours === theirs) return true;
    this.different++;
    throw new Error(`upy-check: ${ours}\nTLC: ${theirs}`);
  }

  toString(): string {
    const { compared, states, different, tooWide } = this;
    return `${compared} models of ${states} states compared, ${different} differ; ${tooWide} with numbers too wide for TLC`;
  }
}
