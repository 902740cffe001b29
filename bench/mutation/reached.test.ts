import { expect, test } from 'vitest';
import { type Reached, scenariosOf } from './reached.ts';

const reached: Reached = {
  'a.ts': {
    'model/x.ts': [
      [3, true],
      [7, false],
    ],
  },
  'b.ts': {
    'model/x.ts': [
      [3, false],
      [7, true],
    ],
    'model/y.ts': [[1, true]],
  },
};

test.each([
  ['model/x.ts', 3, ['a.ts']],
  ['model/x.ts', 6, ['a.ts']],
  ['model/x.ts', 7, ['b.ts']],
  ['model/x.ts', 90, ['b.ts']],
  ['model/x.ts', 2, []],
  ['model/y.ts', 1, ['b.ts']],
  ['model/z.ts', 1, []],
])('who executes %s:%i', (file, line, scenarios) => {
  expect(scenariosOf(reached, { file, line })).toEqual(scenarios);
});
