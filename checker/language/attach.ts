import MagicString from 'magic-string';
import {
  type Class,
  type ClassElement,
  children,
  type FunctionLike,
  type FunctionNode,
  type Node,
  type ObjectExpression,
  type ObjectProperty,
  type Program,
  type PropertyKey,
} from './ast.ts';
import { Scopes } from './scopes.ts';

type Member = readonly [name: string, kind: 'value' | 'get' | 'set', start: number];

/** Edits one file; see `transform`. */
export class Attacher {
  readonly edited: MagicString;
  private readonly scopes = new Scopes();
  /** Begins every name that the transform adds; does not occur in the text. */
  private readonly prefix: string;
  private readonly from: string;
  private count = 0;

  constructor(
    private readonly name: string,
    private readonly text: string,
  ) {
    this.edited = new MagicString(text);
    let prefix = '__upy';
    while (text.includes(prefix)) prefix += '_';
    this.prefix = prefix;
    this.from = `${prefix}_source()`;
  }

  program(program: Program, runtime: string): void {
    const first = program.body.find((statement) => !('directive' in statement && statement.directive));
    if (first === undefined) return;
    this.statements(program.body);
    if (this.count === 0) return;
    const p = this.prefix;
    const imports = ['attach', 'attachClass', 'attachObject', 'source'].map(
      (name) => `${name} as ${p}_${name}`,
    );
    imports[3] = `source as ${p}_make`;
    // A function, because a cycle of imports may call functions of this file before its first statement runs.
    this.edited.prependRight(
      first.start,
      `import { ${imports.join(', ')} } from ${JSON.stringify(runtime)}; var ${p}_file; function ${p}_source() ` +
        `{ return ${p}_file ??= ${p}_make(${JSON.stringify(this.name)}, ${JSON.stringify(this.text)}); } `,
    );
  }

  private visit(node: Node, name?: string): void {
    switch (node.type) {
      case 'Identifier':
        this.scopes.use(node.name);
        return;
      case 'ThisExpression':
        this.scopes.use('this');
        return;
      case 'FunctionDeclaration':
        // One with a name is attached where it is hoisted to; `export default function () {}` has none.
        if (node.id === null) this.wrap(node, 'default', ';');
        return;
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.wrap(node, node.type === 'FunctionExpression' && node.id ? undefined : name);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.class(node);
        return;
      case 'ObjectExpression':
        this.object(node);
        return;
      case 'MemberExpression':
        this.visit(node.object);
        if (node.computed) this.visit(node.property);
        return;
      case 'Property':
        if (node.computed) this.visit(node.key);
        this.visit(node.value, node.computed ? undefined : keyName(node.key));
        return;
      case 'AssignmentExpression':
        this.visit(node.left);
        this.visit(node.right, node.left.type === 'Identifier' ? node.left.name : undefined);
        return;
      case 'AssignmentPattern':
        this.visit(node.left);
        this.visit(node.right, node.left.type === 'Identifier' ? node.left.name : undefined);
        return;
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations) {
          this.declare(id, node.kind === 'var');
          if (init !== null) this.visit(init, id.type === 'Identifier' ? id.name : undefined);
        }
        return;
      case 'BlockStatement':
        this.scopes.within(false, () => this.statements(node.body));
        return;
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.scopes.within(false, () => this.all(children(node)));
        return;
      case 'SwitchStatement':
        this.visit(node.discriminant);
        this.scopes.within(false, () => {
          for (const branch of node.cases) {
            if (branch.test !== null) this.visit(branch.test);
            this.statements(branch.consequent);
          }
        });
        return;
      case 'CatchClause':
        this.scopes.within(false, () => {
          if (node.param !== null) this.declare(node.param, false);
          this.visit(node.body);
        });
        return;
      case 'LabeledStatement':
        this.visit(node.body);
        return;
      case 'ImportDeclaration':
        for (const { local } of node.specifiers) this.scopes.declare(local.name);
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration !== null) this.visit(node.declaration);
        return;
      case 'ExportDefaultDeclaration':
        this.visit(node.declaration, 'default');
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ExportAllDeclaration':
      case 'MetaProperty':
        return;
      default:
        if (node.type.startsWith('TS')) this.typescript(node, name);
        else this.all(children(node));
    }
  }

  /** Of TypeScript's own nodes only a few are more than types. */
  private typescript(node: Node, name?: string): void {
    switch (node.type) {
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
        this.visit(node.expression, name);
        return;
      case 'TSExportAssignment':
        this.visit(node.expression);
        return;
      case 'TSEnumDeclaration':
        this.scopes.declare(node.id.name);
        if (node.declare) return;
        this.scopes.within(false, () => {
          for (const { id, initializer } of node.body.members) {
            const member = keyName(id);
            if (member !== undefined) this.scopes.declare(member);
            if (initializer !== null) this.visit(initializer);
          }
        });
        return;
      case 'TSModuleDeclaration':
        if (node.id.type === 'Identifier') this.scopes.declare(node.id.name);
        if (node.declare || node.body?.type !== 'TSModuleBlock') return;
        this.namespace(node.body.body);
        return;
      case 'TSImportEqualsDeclaration':
        this.scopes.declare(node.id.name);
    }
  }

  /** Visits statements and attaches, in front of them, metadata to the functions that they declare. */
  private statements(statements: readonly Node[]): void {
    const calls: string[] = [];
    for (const statement of statements) {
      const node =
        statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
          ? statement.declaration
          : statement;
      if (node?.type === 'FunctionDeclaration' && node.id !== null) {
        this.scopes.declare(node.id.name);
        const free = this.function(node);
        calls.push(`${this.prefix}_attach(${node.id.name}, ${this.metadata(node, free)}); `);
      } else {
        this.visit(statement);
      }
    }
    if (calls.length === 0) return;
    const first = statements.find((node) => !('directive' in node && node.directive)) as Node;
    this.edited.prependRight(first.start, calls.join(''));
  }

  private all(nodes: readonly Node[]): void {
    for (const node of nodes) this.visit(node);
  }

  /** Declares the names of a pattern; its defaults and computed keys are code. */
  private declare(pattern: Node, hoisted: boolean): void {
    switch (pattern.type) {
      case 'Identifier':
        this.scopes.declare(pattern.name, hoisted);
        return;
      case 'AssignmentPattern':
        this.declare(pattern.left, hoisted);
        this.visit(pattern.right, pattern.left.type === 'Identifier' ? pattern.left.name : undefined);
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element !== null) this.declare(element, hoisted);
        return;
      case 'ObjectPattern':
        for (const property of pattern.properties) this.declare(property, hoisted);
        return;
      case 'Property':
        if (pattern.computed) this.visit(pattern.key);
        this.declare(pattern.value, hoisted);
        return;
      case 'RestElement':
        this.declare(pattern.argument, hoisted);
        return;
      case 'TSParameterProperty':
        this.declare(pattern.parameter, hoisted);
    }
  }

  private namespace(statements: readonly Node[]): void {
    this.scopes.within(true, () => this.statements(statements));
  }

  /** Visits a field's value or a static block. */
  private withOwnThis(visit: () => void): void {
    this.scopes.within(true, () => {
      this.scopes.declareThis();
      visit();
    });
  }

  /** Visits a function; returns its free variables. */
  private function(node: Exclude<FunctionLike, Class>): string[] {
    return this.scopes.within(true, () => {
      if (node.type !== 'ArrowFunctionExpression') this.scopes.declareThis();
      if (node.type === 'FunctionExpression' && node.id) this.scopes.declare(node.id.name);
      for (const parameter of node.params) this.declare(parameter, false);
      if (node.body === null) return;
      if (node.body.type === 'BlockStatement') this.statements(node.body.body);
      else this.visit(node.body);
    });
  }

  private wrap(node: Exclude<FunctionLike, Class>, name: string | undefined, end = ''): void {
    const free = this.function(node);
    this.edited.prependRight(node.start, `${this.prefix}_attach(`);
    const inferred = name === undefined ? '' : `, ${JSON.stringify(name)}`;
    this.edited.appendLeft(node.end, `, ${this.metadata(node, free)}${inferred})${end}`);
  }

  private metadata(node: FunctionLike, free: readonly string[]): string {
    this.count++;
    return `${this.from}, ${node.start}, ${this.environment(free)}`;
  }

  private environment(free: readonly string[]): string {
    const cases = free
      .filter((name) => name !== 'arguments')
      .map((name) => `case "${name}": return ${name};`);
    if (cases.length === 0) return '() => {}';
    const n = `${this.prefix}_n`;
    return `(${n}) => { switch (${n}) { ${cases.join(' ')} } }`;
  }

  private object(node: ObjectExpression): void {
    const members: Member[] = [];
    const names = new Set<string>();
    for (const property of node.properties) {
      if (property.type === 'Property' && isMethod(property)) {
        if (property.computed) this.visit(property.key);
        for (const name of this.function(property.value)) names.add(name);
        const name = property.computed ? undefined : keyName(property.key);
        if (name !== undefined) {
          members.push([name, property.kind === 'init' ? 'value' : property.kind, property.value.start]);
        }
      } else {
        this.visit(property);
      }
    }
    if (members.length === 0) return;
    this.count++;
    this.edited.prependRight(node.start, `${this.prefix}_attachObject(`);
    const environment = this.environment([...names]);
    this.edited.appendLeft(node.end, `, ${this.from}, ${JSON.stringify(members)}, ${environment})`);
  }

  private class(node: Class): void {
    if (node.declare) return;
    const name = node.id?.name;
    if (name === undefined) return this.classBody(node);
    if (node.type === 'ClassDeclaration') this.scopes.declare(name);
    this.scopes.within(false, () => {
      if (node.type === 'ClassExpression') this.scopes.declare(name);
      this.classBody(node);
    });
  }

  /** A `static {}` block at the end of the class sees all its names, private ones too. */
  private classBody(node: Class): void {
    const members: ClassMembers = { instance: [], statics: [], privates: [] };
    const free = this.scopes.within(false, () => {
      if (node.superClass !== null) this.visit(node.superClass);
      for (const element of node.body.body) this.element(element, members);
    });
    const { prefix: p, from } = this;
    const lists = `${JSON.stringify(members.instance)}, ${JSON.stringify(members.statics)}`;
    const readPrivate =
      members.privates.length === 0
        ? '() => {}'
        : `(${p}_o, ${p}_n) => { switch (${p}_n) { ${members.privates.join(' ')} } }`;
    const environment = this.environment(free.filter((name) => name !== 'this'));
    this.count++;
    this.edited.appendLeft(
      node.body.end - 1,
      `; static { const ${p}_e = ${environment}; ` +
        `${p}_attachClass(this, ${from}, ${node.start}, ${lists}, ${p}_e, ${readPrivate}); } `,
    );
  }

  private element(element: ClassElement, members: ClassMembers): void {
    const p = this.prefix;
    switch (element.type) {
      case 'StaticBlock':
        this.withOwnThis(() => this.statements(element.body));
        return;
      case 'PropertyDefinition':
      case 'AccessorProperty': {
        if (element.declare) return;
        if (element.computed) this.visit(element.key);
        const name = element.computed ? undefined : keyName(element.key);
        const value = element.value;
        if (value !== null) this.withOwnThis(() => this.visit(value, name));
        if (element.key.type === 'PrivateIdentifier' && element.type === 'PropertyDefinition') {
          members.privates.push(`case "${name}": return ${p}_o.${name};`);
        }
        return;
      }
      case 'MethodDefinition': {
        const { value, kind } = element;
        if (value.type !== 'FunctionExpression') return;
        if (element.computed) this.visit(element.key);
        this.function(value);
        const name = element.computed ? undefined : keyName(element.key);
        if (kind === 'constructor' || name === undefined) return;
        if (element.key.type !== 'PrivateIdentifier') {
          const list = element.static ? members.statics : members.instance;
          list.push([name, kind === 'method' ? 'value' : kind, value.start]);
        } else if (kind === 'method') {
          const method = `${p}_attach(${p}_o.${name}, ${this.from}, ${value.start}, ${p}_e)`;
          members.privates.push(`case "${name}": return ${method};`);
        }
      }
    }
  }
}

interface ClassMembers {
  readonly instance: Member[];
  readonly statics: Member[];
  /** Cases of a switch over names. Private accessors are left out: reading them would run them. */
  readonly privates: string[];
}

function isMethod(property: ObjectProperty): property is ObjectProperty & { value: FunctionNode } {
  return property.method || property.kind !== 'init';
}

/** The name of a property that is written as identifier, private name, string or number. */
function keyName(key: PropertyKey | Node): string | undefined {
  switch (key.type) {
    case 'Identifier':
      return key.name;
    case 'PrivateIdentifier':
      return `#${key.name}`;
    case 'Literal':
      return typeof key.value === 'string' || typeof key.value === 'number' ? String(key.value) : undefined;
    default:
      return undefined;
  }
}
