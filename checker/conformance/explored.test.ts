import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { freeTiming } from '../../model/freertos/conformance/timing.ts';
import { load } from '../../model/freertos/conformance/world.ts';
import { GuardedKernel, guarantees } from '../../model/freertos/guarantees.ts';
import { check } from '../check.ts';
import { scenario } from '../scenario.ts';
import type { Case } from './case.ts';
import { possible } from './possible.ts';

/** Programs of the real kernel on the model, with interrupts and ticks at any moment. */
const read = (name: string): Case =>
  JSON.parse(readFileSync(new URL(`./programs/${name}.json`, import.meta.url), 'utf8')) as Case;

const VISITED_MAX = 20_000;

describe('what the real kernel did is among all that the model can do', { timeout: 60_000 }, () => {
  test.each([
    'abort_delay',
    'assert_self_take_boosted',
    'delete_idle_cleanup',
    'evt_sync_rendezvous',
    'irq_two_same_instant',
    'isr_no_yield_then_api',
    'mutex_inheritance_not_transitive',
    'queue_blocked_senders',
    'race_timeout_expired_but_token_arrives',
    'suspend_all_pended_ticks',
    'timer_autoreload_backlog',
  ])('%s', (name) => {
    const { found, matched, records } = possible(read(name), VISITED_MAX);
    expect({ found, matched }).toEqual({ found: true, matched: records });
  });

  test('what it did not do is not', () => {
    const real = read('mutex_inheritance_basic');
    const told = real.trace.filter(([kind]) => kind !== 'P');
    // The holder that goes on is H now, although L has the mutex.
    const at = told.findIndex(([kind, , from]) => kind === 'S' && from === 'H');
    const trace = told.map((record, i) => (i === at ? (['S', 1, 'H', 'L'] as const) : record));
    const { found, matched, visited } = possible({ ...real, trace }, VISITED_MAX);
    expect({ found, matched }).toEqual({ found: false, matched: at });
    expect(visited).toBeLessThan(VISITED_MAX);
  });
});

describe('whatever else they do, the kernel keeps what it guarantees', { timeout: 60_000 }, () => {
  test.each<[string, number]>([
    ['mutex_inheritance_basic', 570],
    ['mutex_timeout_disinherit', 5871],
    ['race_timeout_expired_but_token_arrives', 498],
    ['evt_sync_rendezvous', 838],
    ['queue_blocked_senders', 112],
    ['isr_no_yield_then_api', 19750],
    ['suspend_all_isr_pending_ready', 1563],
  ])('%s, in all of %i states', async (name, states) => {
    const { program } = read(name);
    const timing = freeTiming({
      tickUs: 'matters',
      raises: () => 2,
      kernel: GuardedKernel,
      config: { tickBits: 0, initialTick: 0, terminatedMax: 8 },
    });
    const built = scenario(name, {
      about: 'a program with interrupts and ticks at any moment',
      variants: { free: { holds: true } },
      build() {
        const { kernel, queues, groups } = load(program, timing);
        guarantees(kernel, {
          queues: [...queues.values()],
          groups: [...groups.values()],
          noWakeIsLost: true,
        });
        return [];
      },
    });
    for await (const result of check({ scenario: built, file: 'test' })) {
      const violated = result.properties.filter(({ status }) => status === 'violated');
      expect(violated.map(({ name: property }) => property)).toEqual([]);
      expect([result.figures.states, result.verdict]).toEqual([states, 'holds']);
    }
  });
});
