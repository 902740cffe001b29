import { expect, test } from 'vitest';
import { lostWakeup } from '../../fake.ts';
import { NOTHING, Search } from './search.ts';
import { TraceModel } from './trace_model.ts';

const search = new Search(new TraceModel(lostWakeup));

test('steps, variables and functions that have all the words', () => {
  expect(search.find('pending')).toEqual({
    query: 'pending',
    steps: [2, 3, 9],
    variables: ['line.pending'],
    functions: [{ name: 'mp_handle_pending', step: 9 }],
  });
  expect(search.find(' HANDLER  push ').steps).toEqual([4]);
  expect(search.find('notify.ts:140').steps).toEqual([10]);
  expect(search.find('first edge').steps).toEqual([2]);
  expect(search.find('blocked').steps).toEqual([10]);
});

test('no words find nothing', () => {
  expect(search.find('  ')).toEqual(NOTHING);
  expect(search.find('no such thing')).toEqual({ ...NOTHING, query: 'no such thing' });
});
