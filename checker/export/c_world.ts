import type { Compiled } from '../language/compile.ts';
import type { ProcessCode, Program, PropertyCode, Variable } from '../language/ir.ts';
import { layOut } from '../machine/layout.ts';
import { BLOCKED_MAX, meet, Standstill } from '../machine/standstill.ts';
import type { Names } from './c_names.ts';

/** The C code about a state as a whole: who can step, the passing of time, quiescence. */

const x = (names: Names, variable: Variable): string => `X[${names.of(variable)}]`;

/** State to array, array to state. */
export function cellsCode({ cells }: Names): string[] {
  const chunks: string[] = [];
  for (let i = 0; i < cells.length; i += 200) {
    const part = cells.slice(i, i + 200).map(({ name }) => name);
    const n = chunks.length / 2;
    chunks.push(`static void load_${n}(void) {\n${part.map((v) => `  B[${v}] = now.${v};\n`).join('')}}`);
    chunks.push(`static void save_${n}(void) {\n${part.map((v) => `  KEEP(${v});\n`).join('')}}`);
  }
  const each = (name: string): string =>
    chunks.map((_, i) => (i % 2 === 0 ? ` ${name}_${i / 2}();` : '')).join('');
  return [
    ...chunks,
    `static void load(void) {${each('load')} }
static void save(void) {${each('save')} }`,
  ];
}

const kindOf = ({ outside, background }: ProcessCode): string =>
  outside ? 'OUTSIDE' : background ? 'BACKGROUND' : 'SYSTEM';

/** `survey()`: what can happen in the state in `B`. The last answer is kept, as several options ask. */
export function surveyCode({ processes, timing }: Program): string {
  const each = processes.map(
    (process) =>
      `  survey_one(${process.index}, ${kindOf(process)}${process.prompt ? ' | PROMPT' : ''}, ${process.busy === null ? 0 : 1});\n`,
  );
  const allowed = timing === 'prompt' ? '!(status & (SYSTEM | BACKGROUND))' : '!(status & PROMPT)';
  return `static wide surveyed[CELLS];
static int status, blocked[PROCESSES], is_surveyed;
static void survey_one(int p, int kind, int may_be_busy) {
  int found;
  if (B[location_of[p]] == 0 || !runs_of(p, B)) return;
  if (may_be_busy && !ready_of(p, B)) { status |= BUSY; return; }
  found = 0;
  first_outcome();
  do if (attempt(p) != NOT_ENABLED) found = 1; while (another_outcome());
  if (found) status |= kind;
  else if (until_of(p, B[location_of[p]])) { status |= BLOCKED; blocked[p] = 1; }
}
static void survey(void) {
  load();
  if (is_surveyed && memcmp(surveyed, B, sizeof(surveyed)) == 0) return;
  memcpy(surveyed, B, sizeof(surveyed));
  is_surveyed = 1;
  status = 0;
  memset(blocked, 0, sizeof(blocked));
${each.join('')}  if (next_expiry(B) >= 0) status |= CLOCK;
  if (${allowed} && (next_expiry(B) >= 0 || next_deadline(B) >= 0)) status |= TIME;
  if (${allowed}) status |= MAY_PASS;
}`;
}

/** Time goes on to the next expiry, all clocks together; a `busy` only while its process runs. */
export function timeCode(program: Program, names: Names): string[] {
  const { clocks, processes, properties, timeUnit } = program;
  const least: string[] = [];
  const advance: string[] = [];
  for (const { left, period, latched } of clocks) {
    if (typeof left !== 'object') continue;
    const [l, p] = [names.of(left), typeof period === 'object' ? `B[${names.of(period)}]` : String(period)];
    least.push(`d = nearer(d, X[${l}]);`);
    const latch = typeof latched === 'object' ? ` X[${names.of(latched)}] = 1;` : '';
    advance.push(
      `if (B[${l}] > 0) { if (B[${l}] == d && ${p} > 0) { X[${l}] = ${p};${latch} } else X[${l}] = B[${l}] - d; }`,
    );
  }
  for (const { index, timeout, busy } of processes) {
    if (timeout !== null) {
      const t = names.of(timeout);
      least.push(`d = nearer(d, X[${t}]);`);
      advance.push(`if (B[${t}] > 0) X[${t}] = B[${t}] - d;`);
    }
    if (busy === null) continue;
    const u = names.of(busy);
    least.push(`if (X[${u}] > 0 && runs_${index}(X)) d = nearer(d, X[${u}]);`);
    advance.push(`if (B[${u}] > 0 && runs_${index}(B)) X[${u}] = B[${u}] - d;`);
  }
  const monitors = properties.flatMap(({ monitor }) => (monitor === null ? [] : [monitor]));
  for (const monitor of monitors)
    advance.push(`if (B[${names.of(monitor)}] > 0) X[${names.of(monitor)}] = B[${names.of(monitor)}] - d;`);
  const unit = timeUnit > 0 ? `\n  if ((status & OUTSIDE) && d > ${timeUnit}) d = ${timeUnit};` : '';
  return [
    `static wide nearer(wide d, wide left) { return left > 0 && (d < 0 || left < d) ? left : d; }
static wide next_expiry(wide *X) {
  wide d = -1;
${least.map((line) => `  ${line}\n`).join('')}  return d;
}
static wide next_deadline(wide *X) {
  wide d = -1;
${monitors.map((m) => `  d = nearer(d, ${x(names, m)});\n`).join('')}  return d;
}`,
    `static void pass_time(void) {
  wide d;
  survey();
  d = nearer(next_expiry(B), next_deadline(B));${unit}
  memcpy(X, B, sizeof(X));
${advance.map((line) => `  ${line}\n`).join('')}  update_monitors();
  save();
}`,
  ];
}

/** The hidden clocks of `within`, kept up to date in every new state. */
export function monitorCode({ properties }: Program, names: Names): string {
  const lines = properties.flatMap(({ monitor, counter, bound, limitUs }, i) => {
    if (counter !== null) {
      const n = x(names, counter);
      const times = `${n} < 0 ? 0 : ${n} / 2 + (goal_${i}(X) && ${n} % 2 == 0)`;
      return [
        `  { wide times = ${times}; if (times > ${bound + 1}) times = ${bound + 1}; ${n} = property_${i}(X) ? 2 * times + goal_${i}(X) : -1; }\n`,
      ];
    }
    if (monitor === null) return [];
    const m = x(names, monitor);
    return [`  ${m} = property_${i}(X) ? (${m} < 0 ? ${limitUs}LL : ${m}) : -1;\n`];
  });
  return `static void update_monitors(void) {\n${lines.join('')}}`;
}

/** When a property is violated in the state in `B`; `sometimes`: when it holds. `null`: the question is about paths. */
export function conditionOf({ kind, counter, bound }: PropertyCode, i: number, names: Names): string | null {
  const quiescent = '!(status & (SYSTEM | BUSY))';
  const still = '!(status & (SYSTEM | BUSY | CLOCK))';
  switch (kind) {
    case 'always':
      return `!property_${i}(B)`;
    case 'overtaking':
      return `B[${names.of(counter as Variable)}] > ${2 * bound + 1}`;
    case 'sometimes':
      return `property_${i}(B)`;
    case 'idle':
      return `${quiescent} && !property_${i}(B)`;
    case 'stuck':
      return `${still} && !property_${i}(B)`;
    case 'lost wakeup':
      return `${still} && property_${i}(B)`;
    default:
      return null;
  }
}

/**
 * The deadlock of all, and that of some while others go on. For the second the footprints come from the checker's own
 * analysis; what is a second opinion is their use.
 */
export function deadlockCode(compiled: Compiled): string[] {
  const standstill = new Standstill(compiled, layOut(compiled, new Map()));
  const reads = new Rows();
  const writes = new Rows();
  const readRows = standstill.reads.map((list) => [
    -1,
    ...list.map((bits) => (bits === null ? -1 : reads.of(bits))),
  ]);
  // Who is not alive writes nothing.
  const nothing = new Int32Array(standstill.time.length);
  const writeRows = standstill.writes.map((list) => [nothing, ...list].map((bits) => writes.of(bits)));
  const time = writes.of(standstill.time);
  const matrix = reads.all.map(
    (r, i) => `static const char changes_${i}[] = "${writes.all.map((w) => (meet(r, w) ? 1 : 0)).join('')}";`,
  );
  const table = (name: string, rows: readonly number[][]): string[] => [
    ...rows.map((row, p) => `static const int ${name}_${p}[] = { ${row.join(', ')} };`),
    `static const int *const ${name}[] = { ${rows.map((_, p) => `${name}_${p}`).join(', ')} };`,
  ];
  return [
    ...table('looks_at', readRows),
    ...table('may_write', writeRows),
    ...matrix,
    `static const char *const changes[] = { ${matrix.map((_, i) => `changes_${i}, `).join('')}"" };`,
    `static int can_change(int r, const char *inside) {
  int q;
  if (changes[r][${time}] == 49) return 1;
  for (q = 0; q < PROCESSES; q++)
    if (!inside[q] && changes[r][may_write[q][B[location_of[q]]]] == 49) return 1;
  return 0;
}
static int stand_still(void) {
  char inside[PROCESSES], next[PROCESSES];
  int p, left = 0, before = -1;
  /* the checker looks at the first ${BLOCKED_MAX} processes here */
  for (p = 0; p < PROCESSES; p++) {
    inside[p] = p < ${BLOCKED_MAX} && blocked[p] && looks_at[p][B[location_of[p]]] >= 0;
    left += inside[p];
  }
  while (left != before) {
    before = left;
    memcpy(next, inside, sizeof(next));
    for (p = 0; p < PROCESSES; p++)
      if (inside[p] && can_change(looks_at[p][B[location_of[p]]], inside)) { next[p] = 0; left--; }
    memcpy(inside, next, sizeof(next));
  }
  return left > 0;
}
static int is_deadlock(void) {
  survey();
  if (status & SYSTEM) return 0;
  if ((status & (BACKGROUND | OUTSIDE | TIME | BUSY | BLOCKED)) == BLOCKED) return 1;
  return stand_still();
}`,
  ];
}

/** Sets of variables, each once. */
class Rows {
  readonly all: Int32Array[] = [];
  private readonly known = new Map<string, number>();

  of(bits: Int32Array): number {
    const key = bits.join();
    let row = this.known.get(key);
    if (row === undefined) {
      row = this.all.push(bits) - 1;
      this.known.set(key, row);
    }
    return row;
  }
}
