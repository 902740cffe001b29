import { type BuiltVariant, buildVariant, withoutRaces } from '../build_variant.ts';
import type { LoadedScenario } from '../check.ts';
import { reversePostorder } from '../language/analysis/graph.ts';
import { reportedAs } from '../language/analysis/total.ts';
import type { Block, ProcessCode, PropertyCode } from '../language/ir.ts';
import type { Parameters } from '../scenario.ts';
import { placeOf } from '../trace/frames.ts';
import { identifier, Names } from './c_names.ts';
import { commentText, PRELUDE, stringText, TYPES } from './c_prelude.ts';
import { Constants, predicateCode, processCode } from './c_steps.ts';
import { cellsCode, conditionOf, deadlockCode, monitorCode, surveyCode, timeCode } from './c_world.ts';

/** A compiled variant as a model for SPIN. */
export interface PromelaModel {
  readonly text: string;
  /** What SPIN decides, as the model reports it: `<kind> <name>`. */
  readonly decides: readonly string[];
  /** What it cannot decide: questions about paths. */
  readonly leavesOut: readonly string[];
  /** Bytes for `-DVECTORSZ`. */
  readonly vectorSize: number;
}

const BYTES = { bool: 1, byte: 1, short: 2, int: 4, wide: 8 } as const;

/**
 * The compiled transition system as Promela (Holzmann, "The SPIN Model Checker", 2004): the cells are Promela variables,
 * each step is one transition from the location where its process stands to the next, time and properties are processes of
 * their own with one control state. So SPIN stores exactly the states that the checker stores.
 *
 * What a step does is embedded C: whether an `until` lets it happen shows only at its end, and Promela cannot take back
 * half a `d_step`.
 */
export function exportPromela(loaded: LoadedScenario, variant: string, parameters: Parameters = {}): string {
  return promelaOf(buildVariant(loaded, variant, parameters)).text;
}

/** The same with what is known about it. */
export function promelaOf(built: BuiltVariant): PromelaModel {
  return new Exporter(withoutRaces(built), built.compiled.program.races !== null).model();
}

class Exporter {
  private readonly names: Names;
  private readonly constants: Constants;
  /** What can be reported, by number. */
  private readonly reports: string[] = [];

  constructor(
    private readonly built: BuiltVariant,
    private readonly races: boolean,
  ) {
    this.names = new Names(built.compiled);
    this.constants = new Constants(this.names);
  }

  private get program() {
    return this.built.compiled.program;
  }

  model(): PromelaModel {
    const { processes, properties, timing } = this.program;
    const without = this.built.loaded.scenario.spec.without ?? [];
    const asked = properties.map((property) =>
      without.includes('lost wakeup') && property.kind === 'lost wakeup' ? null : property,
    );
    const proctypes = [
      ...processes.map((process) => this.proctype(process)),
      this.timeType(),
      this.propertyType(asked, !without.includes('deadlock')),
    ];
    const code = this.code();
    const specified = this.program.specified.map(({ name }) => `linearizability ${name}`);
    const leavesOut = [
      ...properties
        .filter((p, i) => p.monitor === null && conditionOf(p, i, this.names) === null)
        .map(({ kind, name }) => `${kind} ${name}`),
      ...(this.races ? ['data race data race'] : []),
      ...(timing === 'prompt' && !without.includes('timelock') ? ['timelock timelock'] : []),
    ];
    const vectorSize = this.names.cells.reduce(
      (sum, { type }) => sum + BYTES[type],
      64 + 8 * (processes.length + 2),
    );
    const text = [
      this.header(vectorSize, leavesOut, specified),
      this.declarations(),
      ...code.map(codeText),
      ...proctypes,
    ].join('\n');
    return {
      text: `${text}\n`,
      decides: [...new Set(this.reports)],
      leavesOut: [...leavesOut, ...specified],
      vectorSize,
    };
  }

  // ---- declarations ----

  private header(vectorSize: number, leavesOut: readonly string[], specified: readonly string[]): string {
    const { loaded, variant, parameters } = this.built;
    const given = Object.entries(parameters).map(([name, value]) => ` ${name}=${value}`);
    const size = Math.max(1024, 256 * Math.ceil(vectorSize / 256));
    const lines = [
      `${loaded.scenario.name}, variant ${variant}${given.join('')}, exported by upy-check`,
      '',
      'spin -a -o1 -o2 -o3 FILE',
      `gcc -O2 -w -DSAFETY -DNOREDUCE -DVECTORSZ=${size} -o pan pan.c`,
      './pan -c0 -m1000000        all states and all verdicts; -m: at least the longest path',
      './pan -m1000000; ./pan -r  the first violation, step by step',
      '',
      'One transition is one step of upy-check, so the states stored are equal. Verdicts are the',
      'lines that begin with upy-check: as each is seen for the first time.',
      ...(leavesOut.length === 0
        ? []
        : ['Not asked, because SPIN has no branching time:', ...leavesOut.map((each) => `  ${each}`)]),
      ...(specified.length === 0
        ? []
        : ['Not asked, because the model has no specification:', ...specified.map((each) => `  ${each}`)]),
    ];
    return `/* ${lines.map(commentText).join('\n * ').replaceAll(/ +$/gm, '')}\n */`;
  }

  private declarations(): string {
    const { cells, variables } = this.names;
    const { processes, failures } = this.program;
    const list = (all: readonly string[]): string => all.map((each) => `  ${each},\n`).join('');
    const temporaries = variables.slice(cells.length).map((variable) => this.names.of(variable));
    const functions = processes.flatMap(({ index }) => [
      `static int runs_${index}(wide *), begin_${index}(wide *), arrive_${index}(wide *, int), ready_${index}(wide *), step_${index}(wide *);`,
    ]);
    const predicates = this.program.properties.map(
      ({ counter }, i) => `static int property_${i}(wide *)${counter === null ? '' : `, goal_${i}(wide *)`};`,
    );
    const wide = cells.filter(({ type }) => type === 'wide');
    const declared = cells.filter(({ type }) => type !== 'wide');
    return [
      `c_decl {\n${TYPES}`,
      `enum {\n${list(cells.map(({ name }) => name))}  CELLS, FIRST_TEMPORARY = CELLS - 1,`,
      `${list(temporaries)}  ALL_CELLS, TEMPORARIES = ALL_CELLS - CELLS };`,
      `enum { PROCESSES = ${processes.length}, ENDLESS = FAILURE(${failures.length}) };`,
      ...functions,
      ...predicates,
      ...processes.map(
        ({ index }) =>
          `\\#define can_step_${index} (can_step(${index}))\n\\#define can_fail_${index} (can_fail(${index}))`,
      ),
      '\\#define more_outcomes (has_more_outcomes())',
      '\\#define time_passes (can_pass())\n\\#define deadline_missed (is_missed())\n\\#define deadlock (is_deadlock())',
      ...this.program.properties.map((_, i) => `\\#define concerns_${i} (is_concerned(${i}))`),
      'static int can_step(int), can_fail(int), has_more_outcomes(void), can_pass(void), is_missed(void), is_deadlock(void), is_concerned(int);',
      '}',
      ...wide.map(({ name, initial }) => `c_state "wide ${name}" "Global" "${initial}LL"`),
      ...declared.map(({ name, type, initial }) => `${type} ${name} = ${initial};`),
      'short outcome = 0; /* of a choice; 0 between steps */\n',
    ].join('\n');
  }

  // ---- code ----

  private code(): string[] {
    const { program, names, constants } = this;
    const { processes, properties, failures } = program;
    const bodies = [
      ...processes.flatMap((process) => processCode(names, constants, process)),
      ...properties.flatMap(({ predicate, goal, counter }, i) => [
        ...predicateCode(names, constants, `property_${i}`, predicate),
        ...(goal === null || counter === null ? [] : predicateCode(names, constants, `goal_${i}`, goal)),
      ]),
    ];
    const cases = (call: (index: number) => string): string =>
      processes.map(({ index }) => `    case ${index}: return ${call(index)};\n`).join('');
    const dispatch = (name: string, parameters: string, call: (index: number) => string): string =>
      `static int ${name}(int p${parameters}) {\n  switch (p) {\n${cases(call)}  }\n  return 0;\n}`;
    const kinds = [
      ...failures.map(({ kind, name }) => `${kind} ${name}`),
      'model error a loop that does not end',
    ];
    const numbers = kinds.map((each) => this.report(each));
    const all = [
      `static wide B[ALL_CELLS], X[ALL_CELLS]; /* before and after a step */
static const int location_of[] = { ${processes.map(({ location }) => names.of(location)).join(', ')} };`,
      ...PRELUDE,
      this.reporting(numbers),
      ...inChunks(constants.text.bind(constants), bodies),
      ...cellsCode(names),
      dispatch('runs_of', ', wide *X', (i) => `runs_${i}(X)`),
      dispatch('ready_of', ', wide *X', (i) => `ready_${i}(X)`),
      dispatch('until_of', ', int at', (i) => `process_${i}_until[at]`),
      dispatch('step_of', ', wide *X', (i) => `step_${i}(X)`),
      ATTEMPT,
      ...timeCode(program, names).slice(0, 1),
      surveyCode(program),
      monitorCode(program, names),
      ...timeCode(program, names).slice(1),
      STEPS,
      this.questions(),
      ...deadlockCode(this.built.compiled),
    ];
    return all;
  }

  /** The number under which `what` is reported. */
  private report(what: string): number {
    const known = this.reports.indexOf(what);
    return known >= 0 ? known : this.reports.push(what) - 1;
  }

  private reporting(numbers: readonly number[]): string {
    return `extern void (*uerror)(char *);
static const char *const reports[] = {
${this.reports.map((each) => `  ${stringText(each)},\n`).join('')}};
static const int report_of[] = { ${numbers.join(', ')} };
static char reported[sizeof(reports) / sizeof(reports[0])];
static void report(const char *verb, int n) {
  if (reported[n]) return;
  reported[n] = 1;
  printf("upy-check: %s %s%c", verb, reports[n], 10);
}`;
  }

  private questions(): string {
    const { properties, failures } = this.program;
    const cases = properties.flatMap((property, i) => {
      const condition = conditionOf(property, i, this.names);
      return condition === null ? [] : [`    case ${i}: return ${condition};\n`];
    });
    const missed = properties.flatMap(({ monitor, name }) => {
      if (monitor === null) return [];
      const number = failures.findIndex((f) => f.kind === 'within' && f.name === name);
      return [
        `  if (B[${this.names.of(monitor)}] == 0) { any = 1; if (say) report("violated", report_of[${number}]); }\n`,
      ];
    });
    return `static int is_concerned(int property) {
  survey();
  switch (property) {
${cases.join('')}  }
  return 0;
}
static int missed(int say) {
  int any = 0;
  survey();
  if (!(status & MAY_PASS)) return 0;
${missed.join('')}  return any;
}
static int is_missed(void) { return missed(0); }
static int can_pass(void) { survey(); return (status & TIME) != 0; }`;
  }

  // ---- processes ----

  private proctype(process: ProcessCode): string {
    const { index, name, locations } = process;
    const at = this.names.of(process.location);
    const options = locations.map((block, i) => {
      const guard = `${at} == ${i + 1} && c_expr { can_step_${index} }`;
      const step = mayChoose(this.program.processes, block)
        ? `atomic { ${guard} -> do :: c_expr { more_outcomes } -> outcome++ :: break od; c_code { take_step(${index}); } }`
        : `d_step { ${guard} -> c_code { take_step(${index}); } }`;
      return `  :: ${step} /* ${describe(block)} */\n`;
    });
    return `active proctype ${identifier(name, index)}() {
end:
  do
${options.join('')}  :: d_step { c_expr { can_fail_${index} } -> c_code { report_failures(${index}); }; assert(false) }
  od
}
`;
  }

  private timeType(): string {
    const monitored = this.program.properties.some(({ monitor }) => monitor !== null);
    const missed = `  :: d_step { c_expr { deadline_missed } -> c_code { missed(1); }; assert(false) }\n`;
    return `active proctype time() {
end:
  do
  :: d_step { c_expr { time_passes } -> c_code { pass_time(); } }
${monitored ? missed : ''}  od
}
`;
  }

  private propertyType(properties: readonly (PropertyCode | null)[], deadlock: boolean): string {
    const options = properties.flatMap((property, i) => {
      if (property === null || conditionOf(property, i, this.names) === null) return [];
      const title = reportedAs(property);
      const n = this.report(title);
      const [verb, end] = property.kind === 'sometimes' ? ['reached', ''] : ['violated', '; assert(false)'];
      return [
        `  :: d_step { c_expr { concerns_${i} } -> c_code { report("${verb}", ${n}); }${end} } /* ${commentText(title)} */\n`,
      ];
    });
    if (deadlock) {
      const n = this.report('deadlock deadlock');
      options.push(
        `  :: d_step { c_expr { deadlock } -> c_code { report("violated", ${n}); }; assert(false) }\n`,
      );
    }
    if (options.length === 0) return '';
    return `active proctype properties() {
end:
  do
${options.join('')}  od
}
`;
  }
}

/** Attempts at a step, with the outcomes of its choices. */
const ATTEMPT = `static int attempt(int p) {
  used = 0;
  memcpy(X, B, sizeof(X));
  return step_of(p, X);
}`;

const STEPS = `static int outcomes(int p) {
  int n = 0;
  load();
  if (!ready_of(p, B)) return 0;
  first_outcome();
  do if (attempt(p) == ARRIVED) n++; while (another_outcome());
  return n;
}
static int stepping;
static int can_step(int p) { stepping = p; return outcomes(p) > 0; }
static int has_more_outcomes(void) { return now.outcome + 1 < outcomes(stepping); }
static void take_step(int p) {
  int n = now.outcome;
  load();
  first_outcome();
  do if (attempt(p) == ARRIVED && n-- == 0) break; while (another_outcome());
  update_monitors();
  save();
  now.outcome = 0;
}
static int failing(int p, int say) {
  int any = 0, end;
  load();
  if (!ready_of(p, B)) return 0;
  first_outcome();
  do {
    end = attempt(p);
    if (end > FIRST_FAILURE) continue;
    any = 1;
    if (say) report("violated", report_of[FIRST_FAILURE - end]);
  } while (another_outcome());
  return any;
}
static int can_fail(int p) { return failing(p, 0); }
static void report_failures(int p) { failing(p, 1); }`;

/** SPIN takes at most 64 KB of C in one piece. */
const CODE_MAX = 30_000;

function inChunks(before: () => readonly string[], bodies: readonly string[]): string[] {
  const chunks: string[] = [];
  for (const text of [...before(), ...bodies]) {
    const last = chunks.at(-1);
    if (last === undefined || last.length + text.length > CODE_MAX) chunks.push(text);
    else chunks[chunks.length - 1] = `${last}\n${text}`;
  }
  return chunks;
}

const codeText = (code: string): string => `c_code {\n${code}\n}`;

/** What a step does first, with its line. */
function describe({ cut }: Block): string {
  if (cut === null) return '';
  const { file, line, text } = placeOf(cut.site);
  return commentText(`${cut.operation}: ${text.trim()} (${file.split('/').at(-1)}:${line})`);
}

/** Whether a step from here may choose; also in what it starts. */
function mayChoose(processes: readonly ProcessCode[], from: Block): boolean {
  return reversePostorder(from).some(({ code }) =>
    code.some((i) => i.kind === 'choose' || (i.kind === 'start' && choosesAnywhere(processes[i.process]))),
  );
}

function choosesAnywhere(process: ProcessCode | undefined): boolean {
  if (process === undefined) return false;
  return reversePostorder(process.entry).some(({ code }) => code.some(({ kind }) => kind === 'choose'));
}
