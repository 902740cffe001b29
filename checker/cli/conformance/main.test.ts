import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The built program, as `npm run conformance` starts it. */
const BINARY = resolve(import.meta.dirname, '../../../dist/checker/cli/conformance/main.js');
const PROGRAMS = resolve(import.meta.dirname, '../../conformance/programs');
let folder = '';

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BINARY, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
};

/** A case whose last record is a lie. */
function spoilt(name: string): string {
  const data = JSON.parse(readFileSync(join(PROGRAMS, `${name}.json`), 'utf8')) as { trace: unknown[] };
  data.trace.splice(-1, 1, ['E', 1, 'nobody']);
  return JSON.stringify(data);
}

beforeAll(() => {
  if (!existsSync(BINARY)) throw new Error('the program is not built: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'upy-check-conformance-'));
  for (const name of ['irq_after_op', 'isr_queue'])
    copyFileSync(join(PROGRAMS, `${name}.json`), join(folder, `${name}.json`));
  mkdirSync(join(folder, 'both'));
  copyFileSync(join(PROGRAMS, 'irq_after_op.json'), join(folder, 'both/b.json'));
  const lines = [
    readFileSync(join(folder, 'isr_queue.json'), 'utf8').replaceAll('\n', ''),
    '',
    spoilt('isr_queue'),
  ];
  writeFileSync(join(folder, 'both/a.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'both/notes.txt'), 'no case');
  mkdirSync(join(folder, 'nothing'));
  writeFileSync(join(folder, 'broken.json'), '{"program":');
  writeFileSync(join(folder, 'empty.json'), '');
  writeFileSync(join(folder, 'other.json'), '{"version":1}');
  writeFileSync(
    join(folder, 'unknown.json'),
    readFileSync(join(folder, 'isr_queue.json'), 'utf8').replace('"queueSend"', '"queueFly"'),
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('npm run conformance', { timeout: 60_000 }, () => {
  test('programs that agree', () => {
    expect(run('irq_after_op.json', 'isr_queue.json')).toEqual({
      code: 0,
      out: '2 passed, 0 failed\n',
      err: '',
    });
  });

  test('a folder, in order; a difference side by side', () => {
    expect(run('both')).toEqual({
      code: 1,
      out: [
        'FAILED isr_queue (both/a.jsonl:3): record 34: expected ["E",1,"nobody"] | got ["P",43,"L","D",null]',
        '2 passed, 1 failed\n',
      ].join('\n'),
      err: '',
    });
  });

  test('files that hold no case, each in a line', () => {
    expect(run('missing.json', 'broken.json', 'empty.json', 'other.json', 'unknown.json', 'nothing')).toEqual(
      {
        code: 1,
        out: [
          'FAILED missing.json: there is no such file',
          'FAILED empty.json: the file is empty',
          'FAILED nothing: no .json or .jsonl file is in this folder',
          'FAILED broken.json: it is not JSON',
          'FAILED other.json: it is no case: it has no "program"',
          'FAILED isr_queue (unknown.json): tasks[0].ops[0]: no such op in a task: "queueFly"',
          '0 passed, 6 failed\n',
        ].join('\n'),
        err: '',
      },
    );
  });

  test('--explore: the trace among all that the model can do, or how far it goes', () => {
    expect(run('--explore', 'both')).toEqual({
      code: 1,
      out: [
        'FAILED isr_queue (both/a.jsonl:3): the trace is not among what the model can do: 21 of 22 records, 8616 states',
        '2 passed, 1 failed\n',
      ].join('\n'),
      err: '',
    });
  });

  test('--coverage: what the programs came to, file by file', () => {
    const { code, out } = run('--coverage', 'isr_queue.json');
    const lines = out.trimEnd().split('\n');
    expect([code, lines.at(-1)]).toEqual([0, '1 passed, 0 failed']);
    expect(lines.find((line) => line.startsWith('model/freertos/event_groups.ts'))).toMatch(
      /^model\/freertos\/event_groups\.ts: 0 of 0 lines; without an instruction in any: xEventGroupCreate, /,
    );
    expect(lines.find((line) => line.startsWith('model/freertos/queue.ts'))).toMatch(
      /^model\/freertos\/queue\.ts: \d+ of \d+ lines; not reached: \d/,
    );
  });

  test('nothing asked', () => {
    const { code, out, err } = run();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Usage: npm run conformance -- [--explore | --coverage] <file or folder>');
  });
});
