import type { SourceFile } from '../../../model/intrinsics/metadata.ts';
import { UserError } from '../../options.ts';
import { placeAt } from '../ast.ts';

interface Node {
  readonly start: number;
}

/** What is refused, why it usually is written, and what to write instead. One entry a code. */
const REFUSALS = {
  UPY101: [
    'an async function',
    'asyncio code is ported literally',
    'a coroutine is a process that its loop resumes: write process(name, body, { runs }) and until()',
  ],
  UPY102: [
    'a generator function',
    'Python generators are ported literally',
    'make the generator a process of its own, gated by `runs`',
  ],
  UPY103: [
    'recursion',
    'a recursive algorithm, or two functions that call each other',
    'write a loop; only hooks and calls of what a field, an element or a variable holds may re-enter',
  ],
  UPY104: [
    '`new` in a process',
    'C or Python code that allocates',
    'create the objects in build() and keep a pool; a process is created with { dormant: true } and started with start()',
  ],
  UPY105: [
    'a function stored in the state',
    'a callback is registered while the model runs',
    'create the function (or an object with a method) in build() and store a reference to that',
  ],
  UPY106: [
    'a number that is not a 32-bit integer',
    'a duration in seconds, or a float',
    'use integers, for times in µs',
  ],
  UPY107: ['`/`', 'C divides integers with it', 'write idiv(a, b), which is integer division as in C'],
  UPY108: [
    'building a string',
    'a name or a message is put together while the model runs',
    'strings can be compared, not built: use constants, or note(…) for the trace',
  ],
  UPY109: [
    'a property name that is not known at compile time',
    'a record is used as a table',
    'use an array and an integer index, or references to objects',
  ],
  UPY110: [
    'writing a captured `let`',
    'a counter or flag is declared outside of the process',
    'put it in an object: const seen = { edges: 0 }; … seen.edges++',
  ],
  UPY111: [
    'an array that grows or shrinks',
    'push, pop, splice or length = … on a JavaScript array',
    'use sequence(capacity) from upy-check/model: a queue with a maximum',
  ],
  UPY112: [
    'a Map, Set or other library object is changed in a process',
    'a registry that changes while the model runs',
    'use objects with fields, arrays of objects, or sequence(capacity)',
  ],
  UPY113: [
    'assigning through a setter',
    'a property with code behind it is assigned',
    'write a method and call it',
  ],
  UPY114: [
    'Object.assign or another library function that changes its argument',
    'several fields are set at once',
    'assign the fields one by one',
  ],
  UPY115: [
    'this call of a function that is not model code',
    'a library or built-in function is called with values that are known only at run time, or it does more than compute',
    'write it as a model function, or compute it in build()',
  ],
  UPY116: [
    'assigning an inherited property',
    'a default lives on the prototype',
    'initialise the property in the constructor or as a class field',
  ],
  UPY117: [
    'this construct',
    'it is outside of the modelling language',
    'see docs/language.md for what can be written instead',
  ],
  UPY118: [
    'an assignment in a property or run condition',
    'a predicate that counts or remembers',
    'predicates only look; keep history in ghost(() => …) in the processes',
  ],
  UPY119: [
    'a step in a property or run condition',
    'until(), choose() or another step in a predicate',
    'a predicate is read at one instant: return the condition itself',
  ],
  UPY120: [
    'pause() or busy() in an atomic section',
    'the section models code that takes time',
    'atomic code takes no time: end the section before',
  ],
  UPY121: [
    'an object or array literal kept in a variable or in the state',
    'a record is built while the model runs',
    'return and destructure it at once, or create the object in build()',
  ],
  UPY122: [
    'a comparison of a truth value with a number',
    'C code mixes them',
    'compare truth values with truth values: write x !== 0',
  ],
  UPY123: [
    'a loop over something that is not an array or sequence known at compile time',
    'for…in, or for…of over an iterator',
    'loop over an array from build(), or over a sequence',
  ],
  UPY124: [
    'a regular expression, BigInt or tagged template',
    'text processing, or large numbers',
    'use integers and symbols',
  ],
  UPY125: ['`==` or `!=`', 'a habit from C', 'write === or !=='],
  UPY127: [
    'typeof, in or delete of a value known only at run time',
    'code that inspects JavaScript types',
    'test for null, or use instanceof',
  ],
  UPY128: [
    'a timeout inside an atomic section',
    'until(attempt, timeout) in atomic()',
    'put the timeout outside: until(() => …, timeout) is one step by itself',
  ],
  UPY129: [
    'a value whose shape changes from place to place',
    'a tuple here, and one of a different length or a record with other fields there',
    'use one shape, or several variables',
  ],
  UPY130: [
    'this sequence operation',
    'a JavaScript array method that sequence() does not have',
    'use length, at, push, unshift, insert, shift, remove, includes, clear or for…of',
  ],
  UPY131: [
    'a rest element, a computed name in a pattern, or a spread of a value known only at run time',
    'a function with any number of arguments',
    'name each part',
  ],
  UPY132: [
    'a variable that has no value yet',
    'build() ended before it came to the declaration, or two modules import each other',
    'declare it before the process that uses it; move what two modules share to a third one',
  ],
  UPY133: [
    'reading a property that no object has that can be here',
    'the reference may be an object of another class',
    'test with instanceof first, or give all classes the property',
  ],
  UPY134: [
    '`super.method()` where the class above has no such method, or `super` elsewhere',
    'inheritance across native classes',
    'call the function by name',
  ],
  UPY135: [
    '`arguments`, `new.target` or `import()` in model code',
    'meta-programming',
    'name the parameters; import at the top of the file',
  ],
  UPY137: [
    'reading what only ghost(…) assigns',
    'bookkeeping for a property decides what a process does',
    'assign it in a step of its own, outside of ghost(…)',
  ],
  UPY140: [
    'me(…) in a process that has no such role',
    'a blocking call in an interrupt handler, or a missing entry in { roles }',
    'call it from a process that has the role, or add the object to the roles of the process',
  ],
  UPY141: [
    'me(…) in a process that has several such roles',
    'two objects of that class in { roles }',
    'give the process exactly one',
  ],
  UPY142: [
    'something that only build() can make',
    'a process, clock, sequence or property is made while the model runs',
    'create it in build()',
  ],
  UPY143: [
    'an argument that must be known before the model runs',
    'a class, object or function that is chosen while the model runs',
    'pass a constant, or choose with if',
  ],
  UPY144: [
    'a specification that does not stand alone',
    'it looks at the model, the model looks at it, or it starts and kills processes',
    'give it variables of its own; what it needs to know comes with the arguments of its operations',
  ],
  UPY145: [
    'an operation as the body of a process',
    'a method that is an arrow function is handed over as it is',
    'call it there: process(name, () => object.method())',
  ],
  UPY146: [
    'a wait in the condition of check(), demand() or assume()',
    'a call that may block stands where its result is asked for, and a condition is read at one instant',
    'wait first: const taken = xSemaphoreTake(…); check(taken)',
  ],
  UPY147: [
    'a call that may block, in code that is one step',
    'it stands inside atomic(), critical(), ghost() or the attempt of until(), where nobody else can run and end the wait, or in a property',
    'call it before or after that; with a timeout of 0 it does not block',
  ],
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** All refusal codes with their texts, for docs/errors.md. */
export const refusals: Readonly<Record<RefusalCode, readonly [string, string, string]>> = REFUSALS;

/** What is refused in the library, told where the user's code calls it: that is what there is to change. */
export function toldToCaller(
  error: unknown,
  caller: SourceFile | undefined,
  called: string,
  node: Node,
): unknown {
  if (!(error instanceof UserError) || error.place === null || caller === undefined) return error;
  const { code, what, place, likely, remedy } = error;
  if (!isLibrary(place.file) || isLibrary(caller.file)) return error;
  const within = `${what}: ${called || 'what is called here'} comes to it at ${place.file}:${place.line}`;
  return new UserError(code, within, placeAt(caller, node.start), likely, remedy);
}

const isLibrary = (file: string): boolean => file.startsWith('upy-check/');

/** Refuses a construct: never a silent approximation. `what` replaces the general name of the construct. */
export function refuse(code: RefusalCode, source: SourceFile, node: Node, what?: string): never {
  const [construct, likely, remedy] = REFUSALS[code];
  throw new UserError(
    code,
    `${what ?? construct} cannot be compiled`,
    placeAt(source, node.start),
    likely,
    remedy,
  );
}
