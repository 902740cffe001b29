import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';
import { colorLevel, type Paint, paint } from '../../reports/paint.ts';
import { problemText } from '../../reports/problem.ts';
import { type Failing, roundEnd, roundHeading } from '../../reports/watch.ts';
import { importedFiles } from '../language/imports.ts';
import { displayPath } from '../language/own.ts';
import type { Trace } from '../trace.ts';
import { Changes } from './changes.ts';
import type { CheckCommand } from './commands.ts';
import { CONFIG_FILES } from './config.ts';
import { type Candidate, discover } from './discover.ts';
import { EXIT_CODES } from './exit.ts';
import { asProblem } from './problems.ts';
import { type Order, ROUND, type Told } from './round_channel.ts';
import { type World, widthOf } from './world.ts';

/** The screen is empty, and the cursor at its top. */
const CLEAR = '\u001b[2J\u001b[3J\u001b[H';

/** How a variant came out, by file, scenario and variant. */
interface Outcome extends Failing {
  readonly asExpected: boolean;
}

/**
 * `--watch`: checks, and again what has changed, until it is told to end. Each round is a process of its own: modules that
 * were loaded once cannot be loaded anew, and a search that has become pointless can be ended.
 *
 * @param args the command line
 */
export function runWatch(command: CheckCommand, args: readonly string[], world: World): Promise<number> {
  return new Watching(command, args, world).run();
}

class Watching {
  readonly #args: readonly string[];
  readonly #world: World;
  readonly #paint: Paint;
  readonly #changes: Changes;
  /** Where the configuration is, or may come to be. */
  readonly #config: readonly string[];
  readonly #outcomes = new Map<string, Outcome>();
  /** The last counterexample of each variant that has one. */
  readonly #last = new Map<string, Trace>();
  #paths: readonly string[];
  #candidates: readonly Candidate[] = [];
  /** The files of each candidate. */
  #closures = new Map<string, ReadonlySet<string>>();
  /** The files of the configuration. */
  #configFiles: readonly string[] = [];
  #child: ChildProcess | null = null;
  /** Of the round that runs; `null`: all. */
  #running: readonly Candidate[] | null = null;
  /** Whether that round has come to its end by itself. */
  #isFinished = false;
  /** Changes that came while a round ran. */
  #pending: Set<string> | null = null;
  #end: (code: number) => void = () => {};

  constructor(command: CheckCommand, args: readonly string[], world: World) {
    this.#args = args;
    this.#world = world;
    this.#paths = command.paths;
    this.#paint = paint(colorLevel(world.environment, world.stderr.isTerminal));
    this.#config =
      command.config === false
        ? []
        : (command.config === null ? CONFIG_FILES : [command.config]).map((name) => resolve(world.cwd, name));
    this.#changes = new Changes(
      () => this.#discovered().map(({ file }) => file),
      (changed) => this.#changed(changed),
    );
  }

  run(): Promise<number> {
    return new Promise((done) => {
      this.#end = (code) => {
        this.#changes.close();
        this.#child?.kill();
        stopListening();
        done(code);
      };
      const stopListening = this.#listen();
      this.#start(null, []);
    });
  }

  // ---- keys and signals ----

  #listen(): () => void {
    const { stdin } = process;
    const interrupted = () => this.#end(EXIT_CODES.interrupted);
    const pressed = (keys: Buffer) => {
      for (const key of keys.toString()) {
        if (key === 'q') return this.#end(0);
        if (key === '\u0003') return interrupted();
        if (key === '\r' || key === '\n') this.#again();
      }
    };
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.on('data', pressed);
    process.on('SIGINT', interrupted);
    process.on('SIGTERM', interrupted);
    return () => {
      if (stdin.isTTY) stdin.setRawMode(false);
      // An open pipe would keep the process alive.
      stdin.off('data', pressed).destroy();
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    };
  }

  #again(): void {
    if (this.#child === null) this.#start(null, []);
  }

  // ---- what has changed ----

  #discovered(): readonly Candidate[] {
    try {
      return discover(this.#paths, this.#world.cwd);
    } catch {
      // Said by the round that checks all; until then it is as before.
      return this.#candidates;
    }
  }

  #look(): void {
    this.#candidates = this.#discovered();
    this.#closures = new Map(this.#candidates.map(({ file }) => [file, importedFiles(file)]));
    const files = [...this.#closures.values()].flatMap((closure) => [...closure]);
    this.#configFiles = this.#config.flatMap((file) => [...importedFiles(file)]);
    this.#changes.watch([...files, ...this.#configFiles]);
  }

  #changed(changed: ReadonlySet<string>): void {
    const before = this.#closures;
    this.#look();
    if (this.#child !== null) {
      this.#pending = new Set([...(this.#pending ?? []), ...changed]);
      this.#child.kill();
      return;
    }
    const isBroken = this.#candidates.length === 0 || this.#outcomes.has(ROUND);
    const isAll = isBroken || this.#configFiles.some((file) => changed.has(file));
    const files = isAll
      ? null
      : this.#candidates.filter(({ file }) => touches(file, changed, before, this.#closures));
    for (const { file } of [...this.#outcomes.values()])
      if (file !== null && !this.#candidates.some((each) => displayPath(each.file) === file))
        this.#forget(file);
    if (files === null || files.length > 0) this.#start(files, [...changed]);
    else this.#finish();
  }

  // ---- rounds ----

  #start(files: readonly Candidate[] | null, changed: readonly string[]): void {
    this.#look();
    const { stderr, environment } = this.#world;
    stderr.write(stderr.isTerminal && environment.TERM !== 'dumb' ? CLEAR : '\n');
    const count = files?.length ?? this.#candidates.length;
    const names = changed.map(displayPath);
    stderr.write(`${roundHeading(names, count, this.#paint, widthOf(stderr))}\n`);
    this.#outcomes.delete(ROUND);
    if (files === null) this.#outcomes.clear();
    else for (const { file } of files) this.#forget(displayPath(file));
    this.#running = files;
    this.#isFinished = false;
    const child = fork(process.argv[1] as string, [ROUND, ...this.#args], {
      cwd: this.#world.cwd,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.#child = child;
    child.on('message', (told: Told) => this.#told(told));
    child.on('error', (error) => stderr.write(`${problemText(asProblem(error), this.#paint)}\n`));
    child.on('close', () => this.#closed());
    const order: Order = { files, last: [...this.#last.values()] };
    child.send(order);
  }

  #told(told: Told): void {
    if (told.type === 'paths') {
      this.#paths = told.paths;
    } else if (told.type === 'variant') {
      const { file, scenario, variant, asExpected, trace } = told;
      const key = `${file}\n${scenario}\n${variant}`;
      this.#outcomes.set(key, { file, scenario, variant, asExpected });
      if (trace === null) this.#last.delete(key);
      else this.#last.set(key, trace);
    } else if (told.type === 'finished') {
      this.#isFinished = true;
    } else {
      this.#cannotCheck(told.file);
    }
  }

  /** `null`: the round itself. */
  #cannotCheck(file: string | null): void {
    this.#outcomes.set(file ?? ROUND, { file, scenario: null, variant: null, asExpected: false });
  }

  #closed(): void {
    this.#child = null;
    const pending = this.#pending;
    this.#pending = null;
    this.#look();
    if (pending === null) {
      if (!this.#isFinished) this.#cannotCheck(null);
      return this.#finish();
    }
    // What was not finished is checked, too.
    const running = this.#running;
    const isAll = running === null || this.#configFiles.some((file) => pending.has(file));
    const own = (running ?? []).map(({ file }) => file);
    const files = this.#candidates.filter(
      ({ file }) => own.includes(file) || touches(file, pending, this.#closures, this.#closures),
    );
    this.#start(isAll ? null : files, [...pending]);
  }

  #finish(): void {
    const outcomes = [...this.#outcomes.values()];
    const failing = outcomes.filter(({ asExpected }) => !asExpected);
    this.#world.stderr.write(`${roundEnd(failing, outcomes.length, this.#changes.count, this.#paint)}\n`);
  }

  #forget(file: string): void {
    for (const [key, outcome] of this.#outcomes) if (outcome.file === file) this.#outcomes.delete(key);
  }
}

/** Whether a scenario's file is made, or was made, of one that has changed. */
function touches(
  file: string,
  changed: ReadonlySet<string>,
  before: ReadonlyMap<string, ReadonlySet<string>>,
  now: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const own = [...(before.get(file) ?? []), ...(now.get(file) ?? [])];
  return own.some((each) => changed.has(each));
}
