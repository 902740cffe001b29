/** A piece of source text, of one colour. */
export interface Token {
  readonly kind: 'plain' | 'comment' | 'string' | 'keyword' | 'number';
  readonly text: string;
}

const KEYWORDS = new Set(
  (
    'as async await break case catch class const continue default do else export extends false finally for from ' +
    'function if import in instanceof interface let new null of readonly return static super switch this throw ' +
    'true try type typeof undefined var void while with yield private public protected'
  ).split(' '),
);

/** Comments, strings, numbers, words. What it takes for something else is only of another colour. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?|`(?:\\[\s\S]|[^`\\])*`?|\b\d[\w.]*|[A-Za-z_$][\w$]*/gu;

/** The lines of a file as tokens. */
export function linesOf(source: string): readonly (readonly Token[])[] {
  const lines: Token[][] = [[]];
  const put = (kind: Token['kind'], text: string) => {
    for (const [i, part] of text.split('\n').entries()) {
      if (i > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ kind, text: part });
    }
  };
  let at = 0;
  const text = source.replaceAll('\r\n', '\n');
  for (const match of text.matchAll(TOKEN)) {
    put('plain', text.slice(at, match.index));
    put(kindOf(match[0]), match[0]);
    at = match.index + match[0].length;
  }
  put('plain', text.slice(at));
  return lines;
}

function kindOf(text: string): Token['kind'] {
  if (text.startsWith('//') || text.startsWith('/*')) return 'comment';
  if (/^['"`]/u.test(text)) return 'string';
  if (/^\d/u.test(text)) return 'number';
  return KEYWORDS.has(text) ? 'keyword' : 'plain';
}
