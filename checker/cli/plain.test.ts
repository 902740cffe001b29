import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandOf, parseCommandLine, WITHOUT_CONFIG, withYargs } from './arguments.ts';
import { plainOptions } from './plain.ts';

const words = [
  ...[
    'a.ts',
    'b/',
    'a/**/*.ts',
    '1',
    'true',
    'steps',
    'replay',
    'completion',
    '-',
    '--',
    '-v',
    '--help',
    '--version',
  ],
  ...[
    '--variant',
    '--variant=a',
    '--variant=',
    'a',
    '"a"',
    'k=1',
    'k=-1',
    '--set',
    '--set=k=2',
    '--set=k="a b"',
    '-1',
  ],
  ...['--reporter', 'json', 'junit=x.xml', '--out', '--out=r', '--trace', 'all', '--trace=none', '--no-list'],
  ...[
    '--list',
    '--profile',
    '--witnesses',
    '--list=false',
    'false',
    '--max-states',
    '10k',
    '--maxStates',
    '--seed',
    '7',
  ],
  ...[
    '--store',
    'exact',
    '--reduce',
    'none',
    '--max-time=5s',
    '--max-memory',
    '1G',
    '--max-depth=3',
    '--maxdepth',
  ],
];

async function outcome(run: () => Promise<unknown>): Promise<unknown> {
  return run().catch((error: unknown) => String(error));
}

test('what is plain reads as yargs reads it', async () => {
  let plain = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }), async (args) => {
      if (plainOptions(args) === null) return;
      plain++;
      const read = await outcome(() => parseCommandLine(args, '0.1.0'));
      if (String(read).includes('no scenario is given')) return;
      expect(read).toEqual(
        await outcome(async () => commandOf(await withYargs(args, '0.1.0'), WITHOUT_CONFIG)),
      );
    }),
    { numRuns: 500 },
  );
  expect(plain).toBeGreaterThan(20);
});

test.each([
  'a.ts',
  'a.ts --variant fixed --set k=1 --set n=1 --list',
  'scenarios/ --reporter junit=out.xml --trace all --max-time 5m',
])('%j needs no yargs', (line) => {
  expect(plainOptions(line.split(' '))).not.toBeNull();
});

test.each([
  '--help',
  'steps a.ts',
  'replay t.json',
  'a.ts --store exat',
  'a.ts --variant',
  'a.ts -v',
  'a.ts --out=x --out=y',
])('%j does', (line) => {
  expect(plainOptions(line.split(' '))).toBeNull();
});
