import { expect, test } from 'vitest';
import { RealMicroPython } from './real_micropython.ts';

const { now } = Date;
const real = await RealMicroPython.load();

test('it is the release that the comparisons name', () => {
  expect(real.version()).toContain('MicroPython v1.27.0');
});

test('what a program prints, and how it ends', () => {
  expect(real.run('print(1)\nprint("two", 3)')).toEqual({ lines: ['1', 'two 3'], error: null });
  expect(real.run('print(1)\n1/0\nprint(2)')).toEqual({
    lines: ['1'],
    error: 'ZeroDivisionError: divide by zero',
  });
});

test('the clock moves when the program says so, and begins at 0 for each', () => {
  const program = `
import time, world
begin = time.ticks_ms()
world.advance(30)
print(begin, time.ticks_diff(time.ticks_ms(), begin))`;
  expect(real.run(program).lines).toEqual(['0 30']);
  expect(real.run(program).lines).toEqual(['0 30']);
  expect(Date).toHaveProperty('now', now);
});

test('a wait that looks at the clock for ever is an error', () => {
  expect(() => real.run('import time\ntime.sleep_ms(5)')).toThrow('waits at 0 ms');
});

test('programs leave no memory behind, however they end', () => {
  const raises =
    'import micropython\ndef f(x): 1/0\nmicropython.schedule(f, 1)\nfor i in range(9): pass\nraise ValueError(3)';
  // More than the stack of the VM would hold of what is cut off.
  for (let i = 0; i < 250; i++) {
    expect(() => real.run('import time\ntime.sleep_ms(5)')).toThrow('waits at 0 ms');
    expect(real.run(raises).error).toBe('ValueError: 3');
  }
  const [bytes] = real.run('import gc\ngc.collect()\nprint(gc.mem_alloc())').lines;
  // The collector takes for a reference what looks like one: some thousand bytes, now more, now less.
  expect(Number(bytes)).toBeLessThan(10_000);
});

test('callbacks that wait at the end of a program are gone before the next', () => {
  const schedule = 'import micropython\nfor i in (1, 2): micropython.schedule(print, "late")';
  expect(real.run(`import micropython\nmicropython.schedule(print, "late")`).lines).toEqual([]);
  expect(real.run('x = 1\nif x: print(x)').lines).toEqual(['1']);
  expect(real.run(schedule).lines).toEqual(['late', 'late']);
});

// These are the end of the interpreter of the others.

test('who loads another interpreter loses the first', async () => {
  const other = await RealMicroPython.load();
  expect(other.run('print(1)').lines).toEqual(['1']);
  expect(() => real.run('print(1)')).toThrow('load a fresh one');
});

test('a loop that looks at the clock for ever, whatever the time, is the end of its interpreter', async () => {
  const cut = await RealMicroPython.load();
  const program = 'import time, world\nworld.advance(7)\nwhile True: time.ticks_ms()';
  expect(() => cut.run(program)).toThrow('waits at 7 ms for a clock that nobody moves');
  expect(() => cut.run('print(1)')).toThrow('load a fresh one');
});
