import { afterAll, expect, test } from 'vitest';
import { Workshop } from './testing.ts';

/** Each refusal of the language, as its user sees it: the whole text, from real source. */
const workshop = new Workshop();
afterAll(() => workshop.remove());

const refusal = (body: string, declarations = '', options = '') => workshop.refusal(body, declarations, options);

test('UPY100: a syntax error', async () => {
  expect(await refusal(`
    process('p', () => { let = ; });
  `)).toMatchInlineSnapshot(`
    "UPY100: syntax error: Unexpected token
      at model.ts:5:32
        process('p', () => { let = ; });
      likely: a typing mistake at or shortly before this place
      do:     correct it; \`npx tsc --noEmit\` lists all errors of the file"
  `);
});

test('UPY101: an async body', async () => {
  expect(await refusal(`
    process('p', async () => {});
  `)).toMatchInlineSnapshot(`
    "UPY101: the async function of 'p' cannot be compiled
      at model.ts:5:18
        process('p', async () => {});
      likely: asyncio code is ported literally
      do:     a coroutine is a process that its loop resumes: write process(name, body, { runs }) and until()"
  `);
});

test('UPY101: an async function that is called, with await', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    async function helper() { await null; x.v = 1; }
    process('p', () => { helper(); });
  `)).toMatchInlineSnapshot(`
    "UPY101: the async function 'helper' cannot be compiled
      at model.ts:6:5
        async function helper() { await null; x.v = 1; }
      likely: asyncio code is ported literally
      do:     a coroutine is a process that its loop resumes: write process(name, body, { runs }) and until()"
  `);
});

test('UPY101: an async arrow given to until', async () => {
  expect(await refusal(`
    process('p', () => { until(async () => true); });
  `)).toMatchInlineSnapshot(`
    "UPY101: an async function cannot be compiled
      at model.ts:5:32
        until(async () => true);
      likely: asyncio code is ported literally
      do:     a coroutine is a process that its loop resumes: write process(name, body, { runs }) and until()"
  `);
});

test('UPY102: a generator as body', async () => {
  expect(await refusal(`
    process('p', function* () { yield 1; });
  `)).toMatchInlineSnapshot(`
    "UPY102: the generator of 'p' cannot be compiled
      at model.ts:5:18
        process('p', function* () { yield 1; });
      likely: Python generators are ported literally
      do:     make the generator a process of its own, gated by \`runs\`"
  `);
});

test('UPY102: a loop over a generator', async () => {
  expect(await refusal(`
    function* numbers() { yield 1; yield 2; }
    const x = { v: 0 };
    process('p', () => { for (const n of numbers()) x.v = n; });
  `)).toMatchInlineSnapshot(`
    "UPY102: the generator 'numbers' cannot be compiled
      at model.ts:5:5
        function* numbers() { yield 1; yield 2; }
      likely: Python generators are ported literally
      do:     make the generator a process of its own, gated by \`runs\`"
  `);
});

test('UPY103: recursion', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    function down(n: number) { if (n > 0) down(n - 1); x.v = n; }
    process('p', () => { down(x.v); });
  `)).toMatchInlineSnapshot(`
    "UPY103: recursion (down → down) cannot be compiled
      at model.ts:6:43
        down(n - 1);
      likely: a recursive algorithm, or two functions that call each other
      do:     write a loop; only hooks and calls of what a field, an element or a variable holds may re-enter"
  `);
});

test('UPY103: mutual recursion', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    function ping(n: number) { x.v = n; pong(n); }
    function pong(n: number) { ping(n); }
    process('p', () => { ping(x.v); });
  `)).toMatchInlineSnapshot(`
    "UPY103: recursion (ping → pong → ping) cannot be compiled
      at model.ts:7:32
        ping(n);
      likely: a recursive algorithm, or two functions that call each other
      do:     write a loop; only hooks and calls of what a field, an element or a variable holds may re-enter"
  `);
});

test('UPY103: mutual recursion of methods', async () => {
  expect(await refusal(`
    class Door {
      open = false;
      toggle() { this.open = !this.open; this.settle(); }
      settle() { if (this.open) this.toggle(); }
    }
    const door = new Door();
    process('p', () => { door.toggle(); });
  `)).toMatchInlineSnapshot(`
    "UPY103: recursion (toggle → settle → toggle) cannot be compiled
      at model.ts:8:33
        this.toggle();
      likely: a recursive algorithm, or two functions that call each other
      do:     write a loop; only hooks and calls of what a field, an element or a variable holds may re-enter"
  `);
});

test('UPY104: new', async () => {
  expect(await refusal(`
    class Task { id = 0; }
    process('p', () => { const task = new Task(); task.id = 1; });
  `)).toMatchInlineSnapshot(`
    "UPY104: \`new\` in a process cannot be compiled
      at model.ts:6:39
        const task = new Task();
      likely: C or Python code that allocates
      do:     create the objects in build() and keep a pool; a process is created with { dormant: true } and started with start()"
  `);
});

test('UPY104: a class in a process', async () => {
  expect(await refusal(`
    process('p', () => { class Task { id = 0; } });
  `)).toMatchInlineSnapshot(`
    "UPY104: a class declared in a process cannot be compiled
      at model.ts:5:26
        class Task { id = 0; }
      likely: C or Python code that allocates
      do:     create the objects in build() and keep a pool; a process is created with { dormant: true } and started with start()"
  `);
});

test('UPY105: a closure stored in the state', async () => {
  expect(await refusal(`
    const slot: { callback: null | (() => void) } = { callback: null };
    process('p', () => { slot.callback = () => {}; });
  `)).toMatchInlineSnapshot(`
    "UPY105: a function stored in the state cannot be compiled
      at model.ts:6:26
        slot.callback = () => {};
      likely: a callback is registered while the model runs
      do:     create the function (or an object with a method) in build() and store a reference to that"
  `);
});

test('UPY105: a function in a variable that is assigned again', async () => {
  expect(await refusal(`
    process('p', () => {
      let action = () => {};
      action = () => {};
      action();
    });
  `)).toMatchInlineSnapshot(`
    "UPY105: a function in a variable that is assigned again cannot be compiled
      at model.ts:6:11
        let action = () => {};
      likely: a callback is registered while the model runs
      do:     create the function (or an object with a method) in build() and store a reference to that"
  `);
});

test('UPY105: a closure put into a sequence', async () => {
  expect(await refusal(`
    const queue = sequence<() => void>(2);
    process('p', () => { queue.push(() => {}); });
  `)).toMatchInlineSnapshot(`
    "UPY105: a function stored in the state cannot be compiled
      at model.ts:6:26
        queue.push(() => {});
      likely: a callback is registered while the model runs
      do:     create the function (or an object with a method) in build() and store a reference to that"
  `);
});

test('UPY106: a float', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 0.5; });
  `)).toMatchInlineSnapshot(`
    "UPY106: the number 0.5 cannot be compiled
      at model.ts:6:32
        x.v = 0.5;
      likely: a duration in seconds, or a float
      do:     use integers, for times in µs"
  `);
});

test('UPY106: a captured float', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = half; });
  `, `const half = 0.5;`)).toMatchInlineSnapshot(`
    "UPY106: the number 0.5 cannot be compiled
      at model.ts:7:26
        x.v = half;
      likely: a duration in seconds, or a float
      do:     use integers, for times in µs"
  `);
});

test('UPY106: a number beyond 32 bits', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 5_000_000_000; });
  `)).toMatchInlineSnapshot(`
    "UPY106: the number 5000000000 cannot be compiled
      at model.ts:6:26
        x.v = 5_000_000_000;
      likely: a duration in seconds, or a float
      do:     use integers, for times in µs"
  `);
});

test('UPY106: a float in the initial state', async () => {
  expect(await refusal(`
    const x = { v: 1.5 };
    process('p', () => { x.v = 1; });
  `)).toMatchInlineSnapshot(`
    "UPY106: the number 1.5 cannot be compiled
      at model.ts:6:26
        x.v = 1;
      likely: a duration in seconds, or a float
      do:     use integers, for times in µs"
  `);
});

test('UPY107: division', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = x.v / 2; });
  `)).toMatchInlineSnapshot(`
    "UPY107: \`/\` cannot be compiled
      at model.ts:6:32
        x.v = x.v / 2;
      likely: C divides integers with it
      do:     write idiv(a, b), which is integer division as in C"
  `);
});

test('UPY107: division that assigns', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v /= 2; });
  `)).toMatchInlineSnapshot(`
    "UPY107: \`/\` cannot be compiled
      at model.ts:6:26
        x.v /= 2;
      likely: C divides integers with it
      do:     write idiv(a, b), which is integer division as in C"
  `);
});

test('UPY108: a template string of a variable', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1; const name = \`task \${x.v}\`; });
  `)).toMatchInlineSnapshot(`
    "UPY108: building a string cannot be compiled
      at model.ts:6:56
        const name = \`task \${x.v}\`;
      likely: a name or a message is put together while the model runs
      do:     strings are symbols: use constants, or note(…) for the trace"
  `);
});

test('UPY108: a string put together', async () => {
  expect(await refusal(`
    const x = { v: 0, name: 'a' };
    process('p', () => { x.v = 1; const name = 'task ' + x.v; });
  `)).toMatchInlineSnapshot(`
    "UPY108: building a string cannot be compiled
      at model.ts:6:48
        const name = 'task ' + x.v;
      likely: a name or a message is put together while the model runs
      do:     strings are symbols: use constants, or note(…) for the trace"
  `);
});

test('UPY109: a dynamic property name', async () => {
  expect(await refusal(`
    const x: Record<string, number> = { a: 0, b: 0 };
    const y = { v: 0 };
    process('p', () => { y.v = 1; x[y.v] = 1; });
  `)).toMatchInlineSnapshot(`
    "UPY109: a property name that is not known at compile time cannot be compiled
      at model.ts:7:35
        x[y.v] = 1;
      likely: a record is used as a table
      do:     use an array and an integer index, or references to objects"
  `);
});

test('UPY109: a dynamic property name, read', async () => {
  expect(await refusal(`
    const x: Record<string, number> = { 0: 0, 1: 0 };
    const y = { v: 0 };
    process('p', () => { y.v = x[y.v]!; });
  `)).toMatchInlineSnapshot(`
    "UPY109: a property name that is not known at compile time cannot be compiled
      at model.ts:7:32
        y.v = x[y.v]!;
      likely: a record is used as a table
      do:     use an array and an integer index, or references to objects"
  `);
});

test('UPY109: an index that is no integer', async () => {
  expect(await refusal(`
    const x = [0, 0];
    const y = { v: 'a' };
    process('p', () => { y.v = 'b'; x[y.v as never] = 1; });
  `)).toMatchInlineSnapshot(`
    "UPY109: a property name that is not known at compile time cannot be compiled
      at model.ts:7:37
        x[y.v as never] = 1;
      likely: a record is used as a table
      do:     use an array and an integer index, or references to objects"
  `);
});

test('UPY110: a captured let', async () => {
  expect(await refusal(`
    let edges = 0;
    process('p', () => { edges++; });
  `)).toMatchInlineSnapshot(`
    "UPY110: writing 'edges', a captured \`let\`, cannot be compiled
      at model.ts:6:26
        edges++;
      likely: a counter or flag is declared outside of the process
      do:     put it in an object: const seen = { edges: 0 }; … seen.edges++"
  `);
});

test('UPY110: a captured let of the module', async () => {
  expect(await refusal(`
    process('p', () => { edges = 1; });
  `, `let edges = 0;`)).toMatchInlineSnapshot(`
    "UPY110: writing 'edges', a captured \`let\`, cannot be compiled
      at model.ts:6:26
        edges = 1;
      likely: a counter or flag is declared outside of the process
      do:     put it in an object: const seen = { edges: 0 }; … seen.edges++"
  `);
});

test('UPY111: array.push', async () => {
  expect(await refusal(`
    const list: number[] = [];
    process('p', () => { list.push(1); });
  `)).toMatchInlineSnapshot(`
    "UPY111: array.push() cannot be compiled
      at model.ts:6:26
        list.push(1);
      likely: push, pop, splice or length = … on a JavaScript array
      do:     use sequence(capacity) from upy-check/model: a queue with a maximum"
  `);
});

test('UPY111: array.length', async () => {
  expect(await refusal(`
    const list: number[] = [1, 2];
    process('p', () => { list.length = 0; });
  `)).toMatchInlineSnapshot(`
    "UPY111: assigning the length of an array cannot be compiled
      at model.ts:6:26
        list.length = 0;
      likely: push, pop, splice or length = … on a JavaScript array
      do:     use sequence(capacity) from upy-check/model: a queue with a maximum"
  `);
});

test('UPY111: push onto a tuple', async () => {
  expect(await refusal(`
    process('p', () => { const list = [1, 2]; list.push(3); });
  `)).toMatchInlineSnapshot(`
    "UPY111: array.push() cannot be compiled
      at model.ts:5:47
        list.push(3);
      likely: push, pop, splice or length = … on a JavaScript array
      do:     use sequence(capacity) from upy-check/model: a queue with a maximum"
  `);
});

test('UPY112: Map.set', async () => {
  expect(await refusal(`
    const registry = new Map<string, number>();
    process('p', () => { registry.set('a', 1); });
  `)).toMatchInlineSnapshot(`
    "UPY112: Map.set() cannot be compiled
      at model.ts:6:26
        registry.set('a', 1);
      likely: a registry that changes while the model runs
      do:     use objects with fields, arrays of objects, or sequence(capacity)"
  `);
});

test('UPY112: Set.add', async () => {
  expect(await refusal(`
    const registry = new Set<string>();
    process('p', () => { registry.add('a'); });
  `)).toMatchInlineSnapshot(`
    "UPY112: Set.add() cannot be compiled
      at model.ts:6:26
        registry.add('a');
      likely: a registry that changes while the model runs
      do:     use objects with fields, arrays of objects, or sequence(capacity)"
  `);
});

test('UPY112: array.sort', async () => {
  expect(await refusal(`
    const list = [2, 1];
    process('p', () => { list.sort(); });
  `)).toMatchInlineSnapshot(`
    "UPY112: array.sort() cannot be compiled
      at model.ts:6:26
        list.sort();
      likely: a registry that changes while the model runs
      do:     use objects with fields, arrays of objects, or sequence(capacity)"
  `);
});

test('UPY113: a setter', async () => {
  expect(await refusal(`
    class Pin { level = 0; set value(v: number) { this.level = v; } get value() { return this.level; } }
    const pin = new Pin();
    process('p', () => { pin.value = 1; });
  `)).toMatchInlineSnapshot(`
    "UPY113: assigning through a setter cannot be compiled
      at model.ts:7:26
        pin.value = 1;
      likely: a property with code behind it is assigned
      do:     write a method and call it"
  `);
});

test('UPY113: a setter through a reference', async () => {
  expect(await refusal(`
    class Pin { level = 0; set value(v: number) { this.level = v; } }
    const pins = [new Pin(), new Pin()];
    const x: { pin: Pin | null } = { pin: null };
    process('p', () => { x.pin = pins[choose(2)]!; x.pin.value = 1; });
  `)).toMatchInlineSnapshot(`
    "UPY113: assigning through a setter cannot be compiled
      at model.ts:8:52
        x.pin.value = 1;
      likely: a property with code behind it is assigned
      do:     write a method and call it"
  `);
});

test('UPY114: Object.assign', async () => {
  expect(await refusal(`
    const x = { a: 0, b: 0 };
    process('p', () => { Object.assign(x, { a: 1, b: 1 }); });
  `)).toMatchInlineSnapshot(`
    "UPY114: Object.assign() cannot be compiled
      at model.ts:6:26
        Object.assign(x, { a: 1, b: 1 });
      likely: several fields are set at once
      do:     assign the fields one by one"
  `);
});

test('UPY115: a native call with a value known only at run time', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = parseInt(x.v as never); });
  `)).toMatchInlineSnapshot(`
    "UPY115: this call of parseInt() cannot be compiled
      at model.ts:6:32
        x.v = parseInt(x.v as never);
      likely: a library or built-in function is called with values that are known only at run time, or it does more than compute
      do:     write it as a model function, or compute it in build()"
  `);
});

test('UPY115: a Map asked with a value known only at run time', async () => {
  expect(await refusal(`
    const table = new Map([[0, 1], [1, 2]]);
    const x = { v: 0 };
    process('p', () => { x.v = table.get(x.v) ?? 0; });
  `)).toMatchInlineSnapshot(`
    "UPY115: this call of get() cannot be compiled
      at model.ts:7:32
        x.v = table.get(x.v) ?? 0;
      likely: a library or built-in function is called with values that are known only at run time, or it does more than compute
      do:     write it as a model function, or compute it in build()"
  `);
});

test('UPY115: array.map', async () => {
  expect(await refusal(`
    const list = [1, 2];
    process('p', () => { for (const v of list.map((v) => v + 1)) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY115: this call of map() cannot be compiled
      at model.ts:6:42
        for (const v of list.map((v) => v + 1)) pause();
      likely: a library or built-in function is called with values that are known only at run time, or it does more than compute
      do:     write it as a model function, or compute it in build()"
  `);
});

test('UPY115: chance', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = Math.random() < 0.5 ? 1 : 0; });
  `)).toMatchInlineSnapshot(`
    "UPY115: this call of random(), which has an effect or depends on chance or time, cannot be compiled
      at model.ts:6:32
        x.v = Math.random() < 0.5 ? 1 : 0;
      likely: a library or built-in function is called with values that are known only at run time, or it does more than compute
      do:     write it as a model function, or compute it in build()"
  `);
});

test('UPY115: the clock of the computer', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { if (Date.now() > 0) x.v = 1; });
  `)).toMatchInlineSnapshot(`
    "UPY115: this call of now(), which has an effect or depends on chance or time, cannot be compiled
      at model.ts:6:30
        if (Date.now() > 0) x.v = 1;
      likely: a library or built-in function is called with values that are known only at run time, or it does more than compute
      do:     write it as a model function, or compute it in build()"
  `);
});

test('UPY115: console.log', async () => {
  expect(await refusal(`
    process('p', () => { console.log('here'); });
  `)).toMatchInlineSnapshot(`
    "UPY115: this call of log(), which has an effect or depends on chance or time, cannot be compiled
      at model.ts:5:26
        console.log('here');
      likely: a library or built-in function is called with values that are known only at run time, or it does more than compute
      do:     write it as a model function, or compute it in build()"
  `);
});

test('UPY115: a native function that reads the state', async () => {
  expect(await refusal(`
    const x = { a: 0, b: 0 };
    process('p', () => { x.a = 1; if (Object.values(x).includes(1)) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY115: this call of values() with an object whose fields are state cannot be compiled
      at model.ts:6:39
        if (Object.values(x).includes(1)) pause();
      likely: a library or built-in function is called with values that are known only at run time, or it does more than compute
      do:     write it as a model function, or compute it in build()"
  `);
});

test('UPY115: a native method of an array that changes', async () => {
  expect(await refusal(`
    const list = [0, 0];
    process('p', () => { list[0] = 1; if (list.lastIndexOf(1) === 0) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY115: this call of lastIndexOf() with an object whose fields are state cannot be compiled
      at model.ts:6:43
        if (list.lastIndexOf(1) === 0) pause();
      likely: a library or built-in function is called with values that are known only at run time, or it does more than compute
      do:     write it as a model function, or compute it in build()"
  `);
});

test('UPY115: a native function that throws', async () => {
  expect(await refusal(`
    process('p', () => { decodeURIComponent('%'); });
  `)).toMatchInlineSnapshot(`
    "UPY115: this call of decodeURIComponent(), which throws (URI malformed), cannot be compiled
      at model.ts:5:26
        decodeURIComponent('%');
      likely: a library or built-in function is called with values that are known only at run time, or it does more than compute
      do:     write it as a model function, or compute it in build()"
  `);
});

test('UPY116: an inherited property', async () => {
  expect(await refusal(`
    const base = { level: 0 };
    const pin = Object.create(base) as { level: number };
    process('p', () => { pin.level = 1; });
  `)).toMatchInlineSnapshot(`
    "UPY116: assigning 'level', which is not the object's own property, cannot be compiled
      at model.ts:7:26
        pin.level = 1;
      likely: a default lives on the prototype
      do:     initialise the property in the constructor or as a class field"
  `);
});

test('UPY117: an operator', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = x.v ** 2; });
  `)).toMatchInlineSnapshot(`
    "UPY117: the operator ** cannot be compiled
      at model.ts:6:32
        x.v = x.v ** 2;
      likely: it is outside of the modelling language
      do:     see docs/language.md for what can be written instead"
  `);
});

test('UPY117: arithmetic with null', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1 + (null as never); });
  `)).toMatchInlineSnapshot(`
    "UPY117: arithmetic with null cannot be compiled
      at model.ts:6:32
        x.v = 1 + (null as never);
      likely: it is outside of the modelling language
      do:     see docs/language.md for what can be written instead"
  `);
});

test('UPY117: a call of what is no function', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { (x as never as () => void)(); });
  `)).toMatchInlineSnapshot(`
    "UPY117: calling this value, which is not a function, cannot be compiled
      at model.ts:6:26
        (x as never as () => void)();
      likely: it is outside of the modelling language
      do:     see docs/language.md for what can be written instead"
  `);
});

test('UPY117: a statement', async () => {
  expect(await refusal(`
    process('p', () => { debugger; });
  `)).toMatchInlineSnapshot(`
    "UPY117: this statement (DebuggerStatement) cannot be compiled
      at model.ts:5:26
        debugger;
      likely: it is outside of the modelling language
      do:     see docs/language.md for what can be written instead"
  `);
});

test('UPY117: assigning a constant', async () => {
  expect(await refusal(`
    process('p', () => { const n = 1; n = 2; });
  `)).toMatchInlineSnapshot(`
    "UPY117: assigning the constant 'n' cannot be compiled
      at model.ts:5:39
        n = 2;
      likely: it is outside of the modelling language
      do:     see docs/language.md for what can be written instead"
  `);
});

test('UPY117: a private getter', async () => {
  expect(await refusal(`
    class Pin { #level = 0; get #high() { return this.#level > 0; } test() { if (this.#high) pause(); } }
    const pin = new Pin();
    process('p', () => { pin.test(); });
  `)).toMatchInlineSnapshot(`
    "UPY117: the private member #high, an accessor or not initialised, cannot be compiled
      at model.ts:5:82
        if (this.#high) pause();
      likely: it is outside of the modelling language
      do:     see docs/language.md for what can be written instead"
  `);
});

test('UPY117: a method of a process that there is not', async () => {
  expect(await refusal(`
    const p = process('p', () => { (p as never as { stop(): void }).stop(); });
  `)).toMatchInlineSnapshot(`
    "UPY117: process.stop() cannot be compiled
      at model.ts:5:36
        (p as never as { stop(): void }).stop();
      likely: it is outside of the modelling language
      do:     see docs/language.md for what can be written instead"
  `);
});

test('UPY117: a tuple with a dynamic index', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = [1, 2][x.v]!; });
  `)).toMatchInlineSnapshot(`
    "UPY117: a tuple indexed by a value known only at run time cannot be compiled
      at model.ts:6:32
        x.v = [1, 2][x.v]!;
      likely: it is outside of the modelling language
      do:     see docs/language.md for what can be written instead"
  `);
});

test('UPY118: an assignment in a property', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1; });
    always('a', () => { x.v++; return true; });
  `)).toMatchInlineSnapshot(`
    "UPY118: an assignment in a property or run condition cannot be compiled
      at model.ts:7:25
        x.v++;
      likely: a predicate that counts or remembers
      do:     predicates only look; keep history in ghost(() => …) in the processes"
  `);
});

test('UPY118: an assignment in a run condition', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1; }, { runs: () => { x.v = 2; return true; } });
  `)).toMatchInlineSnapshot(`
    "UPY118: an assignment in a property or run condition cannot be compiled
      at model.ts:6:54
        x.v = 2;
      likely: a predicate that counts or remembers
      do:     predicates only look; keep history in ghost(() => …) in the processes"
  `);
});

test('UPY118: a push in a property', async () => {
  expect(await refusal(`
    const q = sequence<number>(2);
    process('p', () => { q.push(1); });
    always('a', () => { q.push(1); return true; });
  `)).toMatchInlineSnapshot(`
    "UPY118: an assignment in a property or run condition cannot be compiled
      at model.ts:7:25
        q.push(1);
      likely: a predicate that counts or remembers
      do:     predicates only look; keep history in ghost(() => …) in the processes"
  `);
});

test('UPY118: a clock armed in a property', async () => {
  expect(await refusal(`
    const c = clock();
    process('p', () => { c.arm(1); });
    always('a', () => { c.arm(1); return true; });
  `)).toMatchInlineSnapshot(`
    "UPY118: clock.arm() in a property or run condition cannot be compiled
      at model.ts:7:25
        c.arm(1);
      likely: a predicate that counts or remembers
      do:     predicates only look; keep history in ghost(() => …) in the processes"
  `);
});

test('UPY118: a process started in a property', async () => {
  expect(await refusal(`
    const p = process('p', () => {});
    always('a', () => { p.start(); return true; });
  `)).toMatchInlineSnapshot(`
    "UPY118: process.start() in a property or run condition cannot be compiled
      at model.ts:6:25
        p.start();
      likely: a predicate that counts or remembers
      do:     predicates only look; keep history in ghost(() => …) in the processes"
  `);
});

test('UPY118: reset in a property', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1; });
    always('a', () => { reset(x); return true; });
  `)).toMatchInlineSnapshot(`
    "UPY118: reset() in a property or run condition cannot be compiled
      at model.ts:7:25
        reset(x);
      likely: a predicate that counts or remembers
      do:     predicates only look; keep history in ghost(() => …) in the processes"
  `);
});

test('UPY119: until in a property', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1; });
    always('a', () => until(() => x.v === 1));
  `)).toMatchInlineSnapshot(`
    "UPY119: until() in a property or run condition cannot be compiled
      at model.ts:7:23
        until(() => x.v === 1)
      likely: until(), choose() or another step in a predicate
      do:     a predicate is read at one instant: return the condition itself"
  `);
});

test('UPY119: pause in a run condition', async () => {
  expect(await refusal(`
    process('p', () => { pause(); }, { runs: () => { pause(); return true; } });
  `)).toMatchInlineSnapshot(`
    "UPY119: pause() in a property or run condition cannot be compiled
      at model.ts:5:54
        pause();
      likely: until(), choose() or another step in a predicate
      do:     a predicate is read at one instant: return the condition itself"
  `);
});

test('UPY119: choose in a property', async () => {
  expect(await refusal(`
    process('p', () => { pause(); });
    always('a', () => choose(2) === 0);
  `)).toMatchInlineSnapshot(`
    "UPY119: choose() in a property or run condition cannot be compiled
      at model.ts:6:23
        choose(2) === 0
      likely: until(), choose() or another step in a predicate
      do:     a predicate is read at one instant: return the condition itself"
  `);
});

test('UPY120: pause in atomic', async () => {
  expect(await refusal(`
    process('p', () => { atomic(() => { pause(); }); });
  `)).toMatchInlineSnapshot(`
    "UPY120: pause() in an atomic section cannot be compiled
      at model.ts:5:41
        pause();
      likely: the section models code that takes time
      do:     atomic code takes no time: end the section before"
  `);
});

test('UPY120: busy in an until', async () => {
  expect(await refusal(`
    process('p', () => { until(() => { busy(10); return true; }); });
  `)).toMatchInlineSnapshot(`
    "UPY120: busy() in an atomic section cannot be compiled
      at model.ts:5:40
        busy(10);
      likely: the section models code that takes time
      do:     atomic code takes no time: end the section before"
  `);
});

test('UPY120: busy in a function with the directive', async () => {
  expect(await refusal(`
    function section() { 'atomic'; busy(10); }
    process('p', () => { section(); });
  `)).toMatchInlineSnapshot(`
    "UPY120: busy() in an atomic section cannot be compiled
      at model.ts:5:36
        busy(10);
      likely: the section models code that takes time
      do:     atomic code takes no time: end the section before"
  `);
});

test('UPY121: a record stored', async () => {
  expect(await refusal(`
    const x: { last: { a: number } | null } = { last: null };
    process('p', () => { x.last = { a: 1 }; });
  `)).toMatchInlineSnapshot(`
    "UPY121: a tuple or record in a field cannot be compiled
      at model.ts:6:26
        x.last = { a: 1 };
      likely: a record is built while the model runs
      do:     return and destructure it at once, or create the object in build()"
  `);
});

test('UPY121: a tuple stored in an array', async () => {
  expect(await refusal(`
    const x: unknown[] = [null, null];
    const y = { v: 0 };
    process('p', () => { x[0] = [1, 2]; });
  `)).toMatchInlineSnapshot(`
    "UPY121: a tuple or record in a field cannot be compiled
      at model.ts:7:26
        x[0] = [1, 2];
      likely: a record is built while the model runs
      do:     return and destructure it at once, or create the object in build()"
  `);
});

test('UPY121: a tuple stored in an array with a dynamic index', async () => {
  expect(await refusal(`
    const x: unknown[] = [null, null];
    const y = { v: 0 };
    process('p', () => { y.v = 1; x[y.v] = [1, 2]; });
  `)).toMatchInlineSnapshot(`
    "UPY121: a tuple or record in an array cannot be compiled
      at model.ts:7:35
        x[y.v] = [1, 2];
      likely: a record is built while the model runs
      do:     return and destructure it at once, or create the object in build()"
  `);
});

test('UPY121: a field of a record that is assigned', async () => {
  expect(await refusal(`
    process('p', () => { const r = { a: 1 }; r.a = 2; });
  `)).toMatchInlineSnapshot(`
    "UPY121: assigning to a field of this value cannot be compiled
      at model.ts:5:46
        r.a = 2;
      likely: a record is built while the model runs
      do:     return and destructure it at once, or create the object in build()"
  `);
});

test('UPY121: a method in a record', async () => {
  expect(await refusal(`
    process('p', () => { const r = { get a() { return 1; } }; });
  `)).toMatchInlineSnapshot(`
    "UPY121: an object or array literal kept in a variable or in the state cannot be compiled
      at model.ts:5:38
        const r = { get a() { return 1; } };
      likely: a record is built while the model runs
      do:     return and destructure it at once, or create the object in build()"
  `);
});

test('UPY122: a truth value compared with a number', async () => {
  expect(await refusal(`
    const x = { on: false };
    process('p', () => { x.on = true; if ((x.on as never) === 1) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY122: a comparison of a truth value with a number cannot be compiled
      at model.ts:6:43
        if ((x.on as never) === 1) pause();
      likely: C code mixes them
      do:     compare truth values with truth values: write x !== 0"
  `);
});

test('UPY122: a number compared with a truth value', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1; if ((x.v as never) === true) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY122: a comparison of a truth value with a number cannot be compiled
      at model.ts:6:39
        if ((x.v as never) === true) pause();
      likely: C code mixes them
      do:     compare truth values with truth values: write x !== 0"
  `);
});

test('UPY122: two variables', async () => {
  expect(await refusal(`
    const x = { v: 0, on: false };
    process('p', () => { x.v = 1; x.on = true; if ((x.v as never) === x.on) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY122: a comparison of a truth value with a number cannot be compiled
      at model.ts:6:52
        if ((x.v as never) === x.on) pause();
      likely: C code mixes them
      do:     compare truth values with truth values: write x !== 0"
  `);
});

test('UPY123: for…in', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { for (const key in x) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY123: for…in cannot be compiled
      at model.ts:6:26
        for (const key in x) pause();
      likely: for…in, or for…of over an iterator
      do:     loop over an array from build(), or over a sequence"
  `);
});

test('UPY123: for…of over a number', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { for (const key of x as never) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY123: a loop over something that is not an array or sequence known at compile time cannot be compiled
      at model.ts:6:26
        for (const key of x as never) pause();
      likely: for…in, or for…of over an iterator
      do:     loop over an array from build(), or over a sequence"
  `);
});

test('UPY123: for…of over a variable without objects', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1; for (const key of x.v as never) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY123: a loop over something that is not an array or sequence known at compile time cannot be compiled
      at model.ts:6:35
        for (const key of x.v as never) pause();
      likely: for…in, or for…of over an iterator
      do:     loop over an array from build(), or over a sequence"
  `);
});

test('UPY124: a regular expression', async () => {
  expect(await refusal(`
    process('p', () => { if (/a/.test('a')) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY124: a regular expression cannot be compiled
      at model.ts:5:30
        if (/a/.test('a')) pause();
      likely: text processing, or large numbers
      do:     use integers and symbols"
  `);
});

test('UPY124: BigInt', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1n as never; });
  `)).toMatchInlineSnapshot(`
    "UPY124: a BigInt cannot be compiled
      at model.ts:6:32
        x.v = 1n as never;
      likely: text processing, or large numbers
      do:     use integers and symbols"
  `);
});

test('UPY124: a tagged template', async () => {
  expect(await refusal(`
    process('p', () => { String.raw\`a\`; });
  `)).toMatchInlineSnapshot(`
    "UPY124: a tagged template cannot be compiled
      at model.ts:5:26
        String.raw\`a\`;
      likely: text processing, or large numbers
      do:     use integers and symbols"
  `);
});

test('UPY125: ==', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { if (x.v == 0) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY125: \`==\` or \`!=\` cannot be compiled
      at model.ts:6:30
        if (x.v == 0) pause();
      likely: a habit from C
      do:     write === or !=="
  `);
});

test('UPY125: !=', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1; if (x.v != 0) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY125: \`==\` or \`!=\` cannot be compiled
      at model.ts:6:39
        if (x.v != 0) pause();
      likely: a habit from C
      do:     write === or !=="
  `);
});

test('UPY127: typeof of a value known only at run time', async () => {
  expect(await refusal(`
    const x: { v: number | null } = { v: 0 };
    process('p', () => { x.v = null; if (typeof x.v === 'number') pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY127: \`typeof\` of a value known only at run time cannot be compiled
      at model.ts:6:42
        if (typeof x.v === 'number') pause();
      likely: code that inspects JavaScript types
      do:     test for null, or use instanceof"
  `);
});

test('UPY127: in', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { if ('v' in x) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY127: \`in\` cannot be compiled
      at model.ts:6:30
        if ('v' in x) pause();
      likely: code that inspects JavaScript types
      do:     test for null, or use instanceof"
  `);
});

test('UPY127: delete', async () => {
  expect(await refusal(`
    const x: { v?: number } = { v: 0 };
    process('p', () => { delete x.v; });
  `)).toMatchInlineSnapshot(`
    "UPY127: \`delete\` of a value known only at run time cannot be compiled
      at model.ts:6:26
        delete x.v;
      likely: code that inspects JavaScript types
      do:     test for null, or use instanceof"
  `);
});

test('UPY127: #name in', async () => {
  expect(await refusal(`
    class Pin { #level = 0; static is(p: object) { return #level in p; } }
    const pin = new Pin();
    process('p', () => { if (Pin.is(pin)) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY127: \`in\` cannot be compiled
      at model.ts:5:59
        return #level in p;
      likely: code that inspects JavaScript types
      do:     test for null, or use instanceof"
  `);
});

test('UPY128: a timeout in atomic', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { atomic(() => { until(() => x.v === 1, 10); }); });
  `)).toMatchInlineSnapshot(`
    "UPY128: a timeout inside an atomic section cannot be compiled
      at model.ts:6:41
        until(() => x.v === 1, 10);
      likely: until(attempt, timeout) in atomic()
      do:     put the timeout outside: until(() => …, timeout) is one step by itself"
  `);
});

test('UPY129: tuples of different lengths', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('q', () => { x.v = 1; });
    process('p', () => { const t = x.v === 0 ? [1, 2] : [1, 2, 3]; const [a] = t; check(a === 1); });
  `)).toMatchInlineSnapshot(`
    "UPY129: a value whose shape changes from place to place cannot be compiled
      at model.ts:7:36
        const t = x.v === 0 ? [1, 2] : [1, 2, 3];
      likely: a tuple here, and one of a different length or a record with other fields there
      do:     use one shape, or several variables"
  `);
});

test('UPY129: comparing two tuples', async () => {
  expect(await refusal(`
    const q = sequence<number[]>(2);
    process('p', () => { q.push([1, 2]); if (q.shift() === q.shift()) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY129: comparing two tuples cannot be compiled
      at model.ts:6:46
        if (q.shift() === q.shift()) pause();
      likely: a tuple here, and one of a different length or a record with other fields there
      do:     use one shape, or several variables"
  `);
});

test('UPY129: records of different fields', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('q', () => { x.v = 1; });
    process('p', () => { const t: any = x.v === 0 ? { a: 1, b: 2 } : { a: 1, c: 2 }; check(t.a === 1); });
  `)).toMatchInlineSnapshot(`
    "UPY129: a value whose shape changes from place to place cannot be compiled
      at model.ts:7:41
        const t: any = x.v === 0 ? { a: 1, b: 2 } : { a: 1, c: 2 };
      likely: a tuple here, and one of a different length or a record with other fields there
      do:     use one shape, or several variables"
  `);
});

test('UPY130: sequence.pop', async () => {
  expect(await refusal(`
    const q = sequence<number>(2);
    process('p', () => { (q as any).pop(); });
  `)).toMatchInlineSnapshot(`
    "UPY130: sequence.pop() cannot be compiled
      at model.ts:6:26
        (q as any).pop();
      likely: a JavaScript array method that sequence() does not have
      do:     use length, at, push, unshift, insert, shift, remove, includes, clear or for…of"
  `);
});

test('UPY130: sequence.some', async () => {
  expect(await refusal(`
    const q = sequence<number>(2);
    process('p', () => { q.push(1); if ((q as any).some((v: number) => v === 1)) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY130: sequence.some() cannot be compiled
      at model.ts:6:41
        if ((q as any).some((v: number) => v === 1)) pause();
      likely: a JavaScript array method that sequence() does not have
      do:     use length, at, push, unshift, insert, shift, remove, includes, clear or for…of"
  `);
});

test('UPY130: searching a sequence of tuples', async () => {
  expect(await refusal(`
    const q = sequence<[number, number]>(2);
    process('p', () => { q.push([1, 2]); q.remove([1, 2]); });
  `)).toMatchInlineSnapshot(`
    "UPY130: searching a sequence of tuples cannot be compiled
      at model.ts:6:42
        q.remove([1, 2]);
      likely: a JavaScript array method that sequence() does not have
      do:     use length, at, push, unshift, insert, shift, remove, includes, clear or for…of"
  `);
});

test('UPY131: spread', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    const add = (a: number, b: number) => a + b;
    const q = sequence<number>(2, [1, 2]);
    process('p', () => { q.push(3); x.v = add(...(q as never as [number, number])); });
  `)).toMatchInlineSnapshot(`
    "UPY131: the spread of a value known only at run time cannot be compiled
      at model.ts:8:47
        x.v = add(...(q as never as [number, number]));
      likely: a function with any number of arguments
      do:     name each part"
  `);
});

test('UPY131: spread in an array', async () => {
  expect(await refusal(`
    const q = sequence<number>(2, [1, 2]);
    process('p', () => { q.push(3); const [a, b] = [...q]; check(a === b); });
  `)).toMatchInlineSnapshot(`
    "UPY131: the spread of a value known only at run time cannot be compiled
      at model.ts:6:53
        const [a, b] = [...q];
      likely: a function with any number of arguments
      do:     name each part"
  `);
});

test('UPY131: a rest element', async () => {
  expect(await refusal(`
    process('p', () => { const [a, ...others] = [1, 2, 3]; check(a === others.length); });
  `)).toMatchInlineSnapshot(`
    "UPY131: a rest element cannot be compiled
      at model.ts:5:36
        const [a, ...others] = [1, 2, 3];
      likely: a function with any number of arguments
      do:     name each part"
  `);
});

test('UPY131: a computed name in a pattern', async () => {
  expect(await refusal(`
    const x = { a: 1 };
    const key = 'a' as const;
    process('p', () => { const { [key]: a } = x; check(a === 1); });
  `)).toMatchInlineSnapshot(`
    "UPY131: a computed name in a pattern cannot be compiled
      at model.ts:7:34
        const { [key]: a } = x;
      likely: a function with any number of arguments
      do:     name each part"
  `);
});

test('UPY132: the dead zone', async () => {
  expect(await refusal(`
    process('p', () => { if (later) pause(); });
    if (make()) return;
    const later = true;
  `, `function make(): boolean { return true; }`)).toMatchInlineSnapshot(`
    "UPY132: 'later', a variable that has no value yet, cannot be compiled
      at model.ts:6:30
        if (later) pause();
      likely: build() ended before it came to the declaration, or two modules import each other
      do:     declare it before the process that uses it; move what two modules share to a third one"
  `);
});

test('UPY117: a name that is not declared', async () => {
  expect(await refusal(`
    process('p', () => { if (later) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY117: 'later', which is not declared, cannot be compiled
      at model.ts:5:30
        if (later) pause();
      likely: it is outside of the modelling language
      do:     see docs/language.md for what can be written instead"
  `);
});

test('UPY133: a property that no object has', async () => {
  expect(await refusal(`
    class A { a = 0; }
    const as = [new A(), new A()];
    const x: { ref: A | null } = { ref: null };
    process('p', () => { x.ref = as[choose(2)]!; if ((x.ref as any).b === 0) pause(); });
  `)).toMatchInlineSnapshot(`
    "UPY133: reading 'b', which no possible object here has, cannot be compiled
      at model.ts:8:54
        if ((x.ref as any).b === 0) pause();
      likely: the reference may be an object of another class
      do:     test with instanceof first, or give all classes the property"
  `);
});

test('UPY133: assigning a property that no object has', async () => {
  expect(await refusal(`
    class A { a = 0; }
    const as = [new A(), new A()];
    const x: { ref: A | null } = { ref: null };
    process('p', () => { x.ref = as[choose(2)]!; (x.ref as any).b = 1; });
  `)).toMatchInlineSnapshot(`
    "UPY133: assigning 'b', which no possible object here has, cannot be compiled
      at model.ts:8:50
        (x.ref as any).b = 1;
      likely: the reference may be an object of another class
      do:     test with instanceof first, or give all classes the property"
  `);
});

test('UPY133: a method that no object has', async () => {
  expect(await refusal(`
    class A { a = 0; }
    const as = [new A(), new A()];
    const x: { ref: A | null } = { ref: null };
    process('p', () => { x.ref = as[choose(2)]!; (x.ref as any).run(); });
  `)).toMatchInlineSnapshot(`
    "UPY133: calling 'run', which no possible object here has, cannot be compiled
      at model.ts:8:50
        (x.ref as any).run();
      likely: the reference may be an object of another class
      do:     test with instanceof first, or give all classes the property"
  `);
});

test('UPY133: a field that a record does not have', async () => {
  expect(await refusal(`
    process('p', () => { const r: any = { a: 1 }; check(r.b === 1); });
  `)).toMatchInlineSnapshot(`
    "UPY133: reading 'b', which this record does not have, cannot be compiled
      at model.ts:5:57
        check(r.b === 1);
      likely: the reference may be an object of another class
      do:     test with instanceof first, or give all classes the property"
  `);
});

test('UPY134: super.method() that there is not', async () => {
  expect(await refusal(`
    class A { a = 0; }
    class B extends A { run() { (super.run as never as () => void)(); } }
    const b = new B();
    process('p', () => { b.run(); });
  `)).toMatchInlineSnapshot(`
    "UPY134: super.run(), which the base class does not have, cannot be compiled
      at model.ts:6:33
        (super.run as never as () => void)();
      likely: inheritance across native classes
      do:     call the function by name"
  `);
});

test('UPY134: a property of super', async () => {
  expect(await refusal(`
    class A { get a() { return 0; } }
    class B extends A { run() { check(super.a === 0); } }
    const b = new B();
    process('p', () => { b.run(); });
  `)).toMatchInlineSnapshot(`
    "UPY134: \`super\` without a call of its method cannot be compiled
      at model.ts:6:39
        check(super.a === 0);
      likely: inheritance across native classes
      do:     call the function by name"
  `);
});

test('UPY135: arguments', async () => {
  expect(await refusal(`
    function f() { return arguments.length; }
    process('p', () => { check(f() === 0); });
  `)).toMatchInlineSnapshot(`
    "UPY135: \`arguments\` cannot be compiled
      at model.ts:5:27
        return arguments.length;
      likely: meta-programming
      do:     name the parameters; import at the top of the file"
  `);
});

test('UPY135: new.target', async () => {
  expect(await refusal(`
    function f() { return new.target; }
    process('p', () => { check(f() === undefined); });
  `)).toMatchInlineSnapshot(`
    "UPY135: \`new.target\` or \`import.meta\` cannot be compiled
      at model.ts:5:27
        return new.target;
      likely: meta-programming
      do:     name the parameters; import at the top of the file"
  `);
});

test('UPY135: import()', async () => {
  expect(await refusal(`
    process('p', () => { import('node:fs'); });
  `)).toMatchInlineSnapshot(`
    "UPY135: \`import()\` cannot be compiled
      at model.ts:5:26
        import('node:fs');
      likely: meta-programming
      do:     name the parameters; import at the top of the file"
  `);
});

test('UPY137: a process reads what a ghost counts', async () => {
  expect(await refusal(`
    const x = { v: 0, seen: 0 };
    process('p', () => { x.v = 1; ghost(() => { x.seen++; }); });
    process('q', () => { if (x.seen > 0) x.v = 2; });
  `)).toMatchInlineSnapshot(`
    "UPY137: reading 'x.seen', which ghost(…) assigns, cannot be compiled
      at model.ts:7:30
        if (x.seen > 0) x.v = 2;
      likely: bookkeeping for a property decides what a process does
      do:     assign it in a step of its own, outside of ghost(…)"
  `);
});

test('UPY137: a run condition reads what a ghost counts', async () => {
  expect(await refusal(`
    const x = { v: 0, seen: 0 };
    process('p', () => { x.v = 1; ghost(() => { x.seen++; }); });
    process('q', () => { x.v = 2; }, { runs: () => x.seen > 0 });
  `)).toMatchInlineSnapshot(`
    "UPY137: reading 'x.seen', which ghost(…) assigns, cannot be compiled
      at model.ts:7:52
        x.seen > 0
      likely: bookkeeping for a property decides what a process does
      do:     assign it in a step of its own, outside of ghost(…)"
  `);
});

test('UPY139: a native function as body', async () => {
  expect(await refusal(`
    process('p', Math.random as never);
  `)).toMatchInlineSnapshot(`
    "UPY139: the function of 'p' has no source
      likely: it is native, bound, or comes from a file that was not loaded by upy-check (a .js file in node_modules)
      do:     write it as a function or arrow in a file that the scenario imports"
  `);
});

test('UPY139: a bound function as property', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = 1; });
    always('a', (() => true).bind(null));
  `)).toMatchInlineSnapshot(`
    "UPY139: the function of 'a' has no source
      likely: it is native, bound, or comes from a file that was not loaded by upy-check (a .js file in node_modules)
      do:     write it as a function or arrow in a file that the scenario imports"
  `);
});

test('UPY140: no such role', async () => {
  expect(await refusal(`
    class Task { id = 0; }
    process('p', () => { me(Task).id = 1; });
  `)).toMatchInlineSnapshot(`
    "UPY140: me(Task) in process 'p', which has no such role, cannot be compiled
      at model.ts:6:26
        me(Task).id = 1;
      likely: a blocking call in an interrupt handler, or a missing entry in { roles }
      do:     call it from a process that has the role, or add the object to the roles of the process"
  `);
});

test('UPY140: no role in a property', async () => {
  expect(await refusal(`
    class Task { id = 0; }
    const t = new Task();
    process('p', () => { me(Task).id = 1; }, { roles: [t] });
    always('a', () => me(Task).id < 2);
  `)).toMatchInlineSnapshot(`
    "UPY140: me(Task) in a property, which has no such role, cannot be compiled
      at model.ts:8:23
        me(Task).id < 2
      likely: a blocking call in an interrupt handler, or a missing entry in { roles }
      do:     call it from a process that has the role, or add the object to the roles of the process"
  `);
});

test('UPY141: several such roles', async () => {
  expect(await refusal(`
    class Task { id = 0; }
    process('p', () => { me(Task).id = 1; }, { roles: [new Task(), new Task()] });
  `)).toMatchInlineSnapshot(`
    "UPY141: me(Task) in process 'p', which has several such roles, cannot be compiled
      at model.ts:6:26
        me(Task).id = 1;
      likely: two objects of that class in { roles }
      do:     give the process exactly one"
  `);
});

test('UPY142: a process made in a process', async () => {
  expect(await refusal(`
    process('p', () => { process('q', () => {}); });
  `)).toMatchInlineSnapshot(`
    "UPY142: process() cannot be compiled
      at model.ts:5:26
        process('q', () => {});
      likely: a process, clock, sequence or property is made while the model runs
      do:     create it in build()"
  `);
});

test('UPY142: a clock made in a process', async () => {
  expect(await refusal(`
    process('p', () => { clock().arm(1); });
  `)).toMatchInlineSnapshot(`
    "UPY142: clock() cannot be compiled
      at model.ts:5:26
        clock().arm(1);
      likely: a process, clock, sequence or property is made while the model runs
      do:     create it in build()"
  `);
});

test('UPY142: a sequence made in a process', async () => {
  expect(await refusal(`
    process('p', () => { sequence(1).push(1); });
  `)).toMatchInlineSnapshot(`
    "UPY142: sequence() cannot be compiled
      at model.ts:5:26
        sequence(1).push(1);
      likely: a process, clock, sequence or property is made while the model runs
      do:     create it in build()"
  `);
});

test('UPY142: a property made in a process', async () => {
  expect(await refusal(`
    process('p', () => { always('a', () => true); });
  `)).toMatchInlineSnapshot(`
    "UPY142: always() cannot be compiled
      at model.ts:5:26
        always('a', () => true);
      likely: a process, clock, sequence or property is made while the model runs
      do:     create it in build()"
  `);
});

test('UPY142: int in a process', async () => {
  expect(await refusal(`
    const x = { v: 0 };
    process('p', () => { x.v = int(0, 7); });
  `)).toMatchInlineSnapshot(`
    "UPY142: int() cannot be compiled
      at model.ts:6:32
        x.v = int(0, 7);
      likely: a process, clock, sequence or property is made while the model runs
      do:     create it in build()"
  `);
});

test('UPY143: me of a value known only at run time', async () => {
  expect(await refusal(`
    class A { a = 0; }
    class B { a = 0; }
    const x: { kind: unknown } = { kind: A };
    process('p', () => { x.kind = choose(2) === 0 ? A : B; me(x.kind as never); });
  `)).toMatchInlineSnapshot(`
    "UPY143: me() of a class known only at run time cannot be compiled
      at model.ts:8:60
        me(x.kind as never);
      likely: a class, object or function that is chosen while the model runs
      do:     pass a constant, or choose with if"
  `);
});

test('UPY143: check called through a table', async () => {
  expect(await refusal(`
    const table = [check, assume];
    process('p', () => { table[choose(2)]!(true); });
  `)).toMatchInlineSnapshot(`
    "UPY143: check() called through a variable cannot be compiled
      at model.ts:6:26
        table[choose(2)]!(true);
      likely: a class, object or function that is chosen while the model runs
      do:     pass a constant, or choose with if"
  `);
});

test('UPY143: reset of a reference', async () => {
  expect(await refusal(`
    class A { a = 0; }
    const as = [new A(), new A()];
    const x: { ref: A | null } = { ref: null };
    process('p', () => { x.ref = as[choose(2)]!; reset(x.ref); });
  `)).toMatchInlineSnapshot(`
    "UPY143: reset() of an object known only at run time cannot be compiled
      at model.ts:8:50
        reset(x.ref);
      likely: a class, object or function that is chosen while the model runs
      do:     pass a constant, or choose with if"
  `);
});
