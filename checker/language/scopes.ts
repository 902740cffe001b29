interface Scope {
  readonly parent: Scope | null;
  /** A function or module: `var` stops here. */
  readonly body: boolean;
  readonly declared: Set<string>;
  readonly used: Set<string>;
}

/**
 * Which names a piece of code uses and does not declare. A scope ends by handing what it does not declare to its
 * parent, so that declarations may stand below their uses. `this` and `arguments` are names like any other.
 */
export class Scopes {
  private scope: Scope = { parent: null, body: true, declared: new Set(), used: new Set() };

  use(name: string): void {
    this.scope.used.add(name);
  }

  /** @param hoisted as `var` does, out of blocks */
  declare(name: string, hoisted = false): void {
    let scope = this.scope;
    while (hoisted && !scope.body && scope.parent !== null) scope = scope.parent;
    scope.declared.add(name);
  }

  declareThis(): void {
    this.scope.declared.add('this').add('arguments');
  }

  /** Runs `visit` in a scope of its own; returns its free names in the order of their first use. */
  within(body: boolean, visit: () => void): string[] {
    const parent = this.scope;
    const scope: Scope = { parent, body, declared: new Set(), used: new Set() };
    this.scope = scope;
    visit();
    this.scope = parent;
    const free = [...scope.used].filter((name) => !scope.declared.has(name));
    for (const name of free) parent.used.add(name);
    return free;
  }
}
