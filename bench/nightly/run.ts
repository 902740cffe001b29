/**
 * `npm run nightly -- [--models n] [--seed n] [--shard i/n] [--jobs n] [--only models|exports|mutation]`: asks every oracle about
 * many random models, SPIN about all variants of all scenarios, and the tests about mutants. Exit: 0 nobody differs and every
 * mutation score is high enough, 1 not, 2 usage.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer, isRunnableDevEnvironment, type Plugin, runnerImport, type ViteDevServer } from 'vite';

/** This file runs from dist/bench/nightly/. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const PARTS = ['models', 'exports', 'mutation'] as const;

class UsageError extends Error {}

interface Options {
  readonly models: number;
  readonly seed: number;
  /** 0-based. */
  readonly shard: number;
  readonly shards: number;
  readonly jobs: number;
  readonly only: (typeof PARTS)[number] | null;
  /** The result as one line of JSON: what jobs print. */
  readonly json: boolean;
}

function readOptions(): Options {
  const { values } = parseCommandLine();
  const [, shard, shards] = /^(\d+)\/(\d+)$/.exec(values.shard) ?? [];
  const only = values.only ?? null;
  if (shard === undefined || Number(shard) < 1 || Number(shard) > Number(shards))
    throw new UsageError(`--shard ${values.shard} is not i/n with 1 ≤ i ≤ n`);
  const part = PARTS.find((each) => each === only) ?? null;
  if (part !== only) throw new UsageError(`--only takes ${PARTS.join(', ')}, not ${only}`);
  return {
    models: natural('models', values.models),
    seed: natural('seed', values.seed),
    shard: Number(shard) - 1,
    shards: Number(shards),
    jobs: Math.max(1, natural('jobs', values.jobs)),
    only: part,
    json: values.json,
  };
}

function parseCommandLine() {
  try {
    return parseArgs({
      options: {
        models: { type: 'string', default: '100000' },
        seed: { type: 'string', default: '1' },
        shard: { type: 'string', default: '1/1' },
        jobs: { type: 'string', default: '2' },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function natural(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} ${text} is not a natural number`);
}

/** What one job did. */
interface JobResult {
  readonly compared: readonly {
    readonly oracle: string;
    readonly models: number;
    readonly different: number;
  }[];
  /** For people: what differs, and how to see it again. */
  readonly differences: readonly string[];
}

/** bench/nightly/job.ts, which is not part of what is built: it is loaded from its source. */
interface Job {
  work(options: Options, say: (line: string) => void): Promise<JobResult>;
  summaryOf(compared: JobResult['compared']): string;
}

/** Vite, which gives the checker's sources as the tests have them, and later the scenarios: it is needed until the work is done. */
async function startVite(): Promise<ViteDevServer> {
  const config = { root: ROOT, configFile: false, logLevel: 'error' } as const;
  const plugin = await runnerImport<{ default(): Plugin }>(`${ROOT}checker/language/vite.ts`, config);
  return createServer({
    ...config,
    appType: 'custom',
    plugins: [plugin.module.default()],
    server: { middlewareMode: true, ws: false, hmr: false, watch: null },
  });
}

async function loadJob({ environments: { ssr } }: ViteDevServer): Promise<Job> {
  if (!isRunnableDevEnvironment(ssr)) throw new Error('Vite runs no modules here');
  return ssr.runner.import<Job>(`${ROOT}bench/nightly/job.ts`);
}

/** A share of the work in a process of its own, which prints its result as the last line. */
function spawnJob(options: Options): Promise<JobResult> {
  const { models, seed, shard, shards, only } = options;
  const args = ['--models', `${models}`, '--seed', `${seed}`, '--shard', `${shard + 1}/${shards}`];
  if (only !== null) args.push('--only', only);
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--jobs', '1', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      try {
        resolve(JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as JobResult);
      } catch {
        reject(new Error(`job ${shard + 1}/${shards} ended with ${code ?? signal} and no result`));
      }
    });
  });
}

/** Job j of shard i/n is shard (i·jobs + j) / (n·jobs). */
function split(options: Options): Options[] {
  const { shard, shards, jobs } = options;
  return Array.from({ length: jobs }, (_, j) => ({
    ...options,
    shard: shard * jobs + j,
    shards: shards * jobs,
    jobs: 1,
  }));
}

/** The mutation run as it is, of which the first shard does all. Its exit code. */
function mutation({ seed, jobs }: Options): Promise<number> {
  const args = ['--seed', `${Math.max(1, seed)}`, '--jobs', `${jobs}`];
  const child = spawn(process.execPath, [`${ROOT}dist/bench/mutation/run.js`, ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.only !== 'mutation') await askOracles(options);
  const isOthers = options.json || options.shard > 0;
  if (isOthers || (options.only !== null && options.only !== 'mutation')) return;
  process.exitCode = Math.max(Number(process.exitCode ?? 0), await mutation(options));
}

async function askOracles(options: Options): Promise<void> {
  const vite = await startVite();
  try {
    const { work, summaryOf } = await loadJob(vite);
    const results =
      options.jobs > 1
        ? await Promise.all(split(options).map(spawnJob))
        : [await work(options, (line) => process.stderr.write(`${line}\n`))];
    print(options, results, summaryOf);
  } finally {
    await vite.close();
  }
}

function print({ json }: Options, results: readonly JobResult[], summaryOf: Job['summaryOf']): void {
  const result: JobResult = {
    compared: results.flatMap(({ compared }) => compared),
    differences: results.flatMap(({ differences }) => differences),
  };
  if (result.differences.length > 0) process.exitCode = 1;
  if (json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  for (const each of result.differences) process.stdout.write(`${each}\n\n`);
  process.stdout.write(summaryOf(result.compared));
  const asked = result.compared.reduce((sum, { models }) => sum + models, 0);
  process.stdout.write(`nightly: ${asked} comparisons, ${result.differences.length} differ\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
