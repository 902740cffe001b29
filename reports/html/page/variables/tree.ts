/** A part of a variable's name, with what lies below it. */
export interface TreeNode {
  /** The whole path to it: unique. */
  readonly path: string;
  /** What is to be read at this place: several parts, where there is no choice between them. */
  readonly label: string;
  /** The variable that is called so; `null`: it is only on the way to some. */
  readonly variable: string | null;
  readonly children: readonly TreeNode[];
}

interface Growing {
  readonly children: Map<string, Growing>;
  variable: string | null;
}

/** Variables by the parts of their names, in the order in which they come. */
export function treeOf(names: readonly string[]): TreeNode[] {
  const root: Growing = { children: new Map(), variable: null };
  for (const name of names) {
    let at = root;
    for (const part of partsOf(name)) {
      const next = at.children.get(part) ?? { children: new Map(), variable: null };
      at.children.set(part, next);
      at = next;
    }
    at.variable = name;
  }
  return grown(root, '');
}

function grown({ children }: Growing, path: string): TreeNode[] {
  return [...children].map(([part, node]) => {
    let label = part;
    let at = node;
    while (at.variable === null && at.children.size === 1) {
      const [[next, below]] = at.children as unknown as [[string, Growing]];
      label = joined(label, next);
      at = below;
    }
    const whole = joined(path, label);
    return { path: whole, label, variable: at.variable, children: grown(at, whole) };
  });
}

const joined = (path: string, part: string): string =>
  path === '' || part.startsWith('[') ? path + part : `${path}.${part}`;

/** `a.b[2].c` in its parts: `a`, `b`, `[2]`, `c`. What stands in parentheses belongs together. */
export function partsOf(name: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  const end = (): void => {
    if (part !== '') parts.push(part);
    part = '';
  };
  for (const character of name) {
    if (depth === 0 && character === '.') {
      end();
      continue;
    }
    if (depth === 0 && character === '[') end();
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    part += character;
    if (depth === 0 && character === ']') end();
  }
  end();
  return parts.length === 0 ? [name] : parts;
}

/** A line of a tree that is partly folded. */
export interface TreeRow {
  readonly node: TreeNode;
  readonly depth: number;
  readonly folds: boolean;
  readonly open: boolean;
}

/** The lines from top to bottom. */
export function linesOf(tree: readonly TreeNode[], closed: ReadonlySet<string>, depth = 0): TreeRow[] {
  return tree.flatMap((node) => {
    const folds = node.children.length > 0;
    const open = folds && !closed.has(node.path);
    const line = { node, depth, folds, open };
    return open ? [line, ...linesOf(node.children, closed, depth + 1)] : [line];
  });
}
