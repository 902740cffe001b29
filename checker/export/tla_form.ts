/** Formulas of TLA+ as they are laid out: what stands in a line of its own, and what is nested in what. */
export type Form =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'and'; readonly items: readonly Form[] }
  | { readonly kind: 'or'; readonly items: readonly Form[] }
  | { readonly kind: 'let'; readonly definitions: readonly Definition[]; readonly body: Form }
  | { readonly kind: 'if'; readonly test: string; readonly yes: Form; readonly no: Form }
  | { readonly kind: 'case'; readonly arms: readonly (readonly [test: string, form: Form])[] }
  | { readonly kind: 'exists'; readonly name: string; readonly set: string; readonly body: Form }
  | { readonly kind: 'union'; readonly name: string; readonly set: string; readonly body: Form }
  /** Known only when all of a step has been written. */
  | { readonly kind: 'later'; readonly form: () => Form };

/** `head == body`; `recursive`: the declaration that must come first. */
export interface Definition {
  readonly head: string;
  readonly body: Form;
  readonly recursive?: string;
}

export const text = (formula: string): Form => ({ kind: 'text', text: formula });
export const TRUE: Form = { kind: 'and', items: [] };
export const FALSE: Form = text('FALSE');

export const isTrue = (form: Form): boolean => form.kind === 'and' && form.items.length === 0;
export const isFalse = (form: Form): boolean => form.kind === 'text' && form.text === 'FALSE';

/** All of them, in one list. */
export function and(...forms: readonly Form[]): Form {
  const items = forms.flatMap((form) => (form.kind === 'and' ? form.items : [form]));
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: 'and', items };
}

export function or(...forms: readonly Form[]): Form {
  const items = forms.flatMap((form) => (form.kind === 'or' ? form.items : [form]));
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: 'or', items };
}

/** Definitions directly inside of definitions are one list. */
export function define(definition: Definition, body: Form): Form {
  if (body.kind === 'let')
    return { kind: 'let', definitions: [definition, ...body.definitions], body: body.body };
  return { kind: 'let', definitions: [definition], body };
}

/** A formula that is not its own bracket gets one. */
export function tight(formula: string): string {
  return /^\w+$|^"[^"]*"$/.test(formula) || isCall(formula) ? formula : `(${formula})`;
}

function isCall(formula: string): boolean {
  const begin = /^\w*\(/.exec(formula)?.[0].length;
  if (begin === undefined) return false;
  let depth = 1;
  for (let i = begin; i < formula.length; i++) {
    if (formula[i] === '(') depth++;
    else if (formula[i] === ')' && --depth === 0) return i === formula.length - 1;
  }
  return false;
}

/** Text that may stand in a comment of either kind, on one line. */
export function commentText(words: string): string {
  return words
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .replaceAll('(*', '( *')
    .replaceAll('*)', '* )')
    .trim();
}

/** The lines of a definition. */
export function definitionLines({ head, body }: Definition): string[] {
  const lines = linesOf(body);
  const [first = ''] = lines;
  if (lines.length === 1 && head.length + first.length < 96) return [`${head} == ${first}`];
  return [`${head} ==`, ...indented(lines, 2)];
}

/** The lines of a formula. In TLA+ the columns of a list say what belongs to it. */
export function linesOf(form: Form): string[] {
  switch (form.kind) {
    case 'text':
      return [form.text];
    case 'and':
      return conjunction(form.items);
    case 'or':
      return form.items.length === 0 ? ['FALSE'] : list('\\/', form.items);
    case 'let':
      return letLines(form.definitions, form.body);
    case 'if':
      return [
        `IF ${form.test}`,
        ...after('  THEN ', linesOf(form.yes)),
        ...after('  ELSE ', linesOf(form.no)),
      ];
    case 'case':
      return form.arms.flatMap(([test, arm], i) => caseLines(i === 0 ? 'CASE' : '  []', test, linesOf(arm)));
    case 'exists':
      return [`\\E ${form.name} \\in ${form.set} :`, ...indented(linesOf(form.body), 2)];
    case 'union': {
      const lines = indented(linesOf(form.body), 2);
      return ['UNION {', ...lines, `  : ${form.name} \\in ${form.set} }`];
    }
    case 'later':
      return linesOf(form.form());
  }
}

/** What is known only now may be a list itself. */
function conjunction(items: readonly Form[]): string[] {
  const flat = and(...items.map((item) => (item.kind === 'later' ? item.form() : item)));
  if (flat.kind !== 'and') return linesOf(flat);
  return flat.items.length === 0 ? ['TRUE'] : list('/\\', flat.items);
}

function list(sign: string, items: readonly Form[]): string[] {
  return items.flatMap((item) => after(`${sign} `, linesOf(item)));
}

function letLines(definitions: readonly Definition[], body: Form): string[] {
  const declared = definitions.flatMap(({ recursive }) =>
    recursive === undefined ? [] : [`RECURSIVE ${recursive}`],
  );
  return [
    ...after('LET ', [...declared, ...definitions.flatMap(definitionLines)]),
    ...after('IN  ', linesOf(body)),
  ];
}

const indented = (lines: readonly string[], by: number): string[] =>
  lines.map((line) => `${' '.repeat(by)}${line}`);

function caseLines(sign: string, test: string, lines: readonly string[]): string[] {
  const [only = ''] = lines;
  if (lines.length === 1 && !only.startsWith('CASE') && test.length + only.length < 90)
    return [`${sign} ${test} -> ${only}`];
  return [`${sign} ${test}`, ...after('       -> ', bracketed(lines))];
}

/** A case within a case must end somewhere. */
function bracketed(lines: readonly string[]): readonly string[] {
  if (lines.length === 1 && !lines[0]?.startsWith('CASE')) return lines;
  return after('(', lines).map((line, i) => (i === lines.length - 1 ? `${line})` : line));
}

/** `head` before the first line, and the others as far in. */
function after(head: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => (i === 0 ? head : ' '.repeat(head.length)) + line);
}
