import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runCase } from './run_case.ts';

/** Programs with stream buffers, queue sets, tickless idle, … and what the real kernel did, one a line. */
const cases = new Map(
  readFileSync(new URL('./extended/hand.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((text) => [(JSON.parse(text) as { program: { name: string } }).program.name, text]),
);

describe('a program of the extended language that does what the real kernel did', () => {
  test.each([
    'sb_send_timeout_partial',
    'sb_isr_receive_wakes_sender',
    'assert_sb_two_senders',
    'mb_too_small_receive',
    'bb_waits_for_trigger',
    'qs_direct_receive_leaves_stale',
    'qs_set_overflow_assert',
    'catchup_timer',
    'tickless_isr_wakes',
    'assert_step_too_far',
    'pend_call_between_timer_commands',
    'event_group_delete',
  ])('%s', { timeout: 60_000 }, (name) => {
    expect(runCase(cases.get(name)!)).toEqual({ name, failure: null, lines: null });
  });
});

test('a member of a set must be an object that there is', () => {
  const text = cases.get('qs_select_order')!.replace(/"set",(\d+),\["q"/u, '"set",$1,["nobody"');
  expect(runCase(text).failure).toEqual({
    kind: 'problem',
    what: 'objects[2][3][0]: there is no object of that kind: "nobody"',
  });
});

test('what is sent is a list of bytes', () => {
  const text = cases.get('sb_trigger_level')!.replace('["sbSend","b",[1],0]', '["sbSend","b",[256],0]');
  expect(runCase(text).failure).toEqual({
    kind: 'problem',
    what: 'tasks[1].ops[0][2]: a list of bytes is expected',
  });
});
