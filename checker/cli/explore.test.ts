import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveReply, LiveRequest } from '../../reports/html/protocol.ts';
import { BINARY } from './program/testing.ts';

let folder = '';
let explorer: Explorer;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A running `upy-check explore`. */
class Explorer {
  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
    readonly token: string,
    readonly printed: () => string,
  ) {}

  static start(...args: readonly string[]): Promise<Explorer> {
    const { FORCE_COLOR: _, NODE_OPTIONS: __, ...environment } = process.env;
    const child = spawn(process.execPath, [BINARY, 'explore', ...args], { cwd: folder, env: environment });
    let out = '';
    return new Promise((started, failed) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        const [, port, token = ''] = /http:\/\/127\.0\.0\.1:(\d+)\/#token=(\S+)/u.exec(out) ?? [];
        if (out.includes('Ctrl-C')) started(new Explorer(child, Number(port), token, () => out));
      });
      let error = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        error += text;
      });
      child.on('close', (code) => failed(new Error(`it ended with ${code}: ${error}`)));
    });
  }

  send(method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): Promise<Answer> {
    const own = { host: `127.0.0.1:${this.port}` };
    return new Promise((answered, failed) => {
      const asked = request(
        { host: '127.0.0.1', port: this.port, method, path, headers: { ...own, ...headers }, setHost: false },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          response.on('end', () =>
            answered({ status: response.statusCode ?? 0, headers: response.headers, text }),
          );
        },
      );
      asked.on('error', failed);
      asked.end(body);
    });
  }

  post(body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const own = { 'content-type': 'application/json', 'x-upy-check-token': this.token };
    return this.send('POST', '/live', { ...own, ...headers }, body);
  }

  async ask(question: LiveRequest): Promise<Extract<LiveReply, { ok: true }>> {
    const { text } = await this.post(JSON.stringify(question));
    const reply = JSON.parse(text) as LiveReply;
    if (!reply.ok) throw new Error(`${reply.problem.code}: ${reply.problem.what}`);
    return reply;
  }

  end(): Promise<number | null> {
    this.child.kill('SIGINT');
    return new Promise((ended) => this.child.on('close', ended));
  }
}

beforeAll(async () => {
  if (!existsSync(BINARY)) throw new Error('the program is not built: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'upy-check-'));
  cpSync(join(import.meta.dirname, 'fixtures'), folder, { recursive: true });
  explorer = await Explorer.start('violated.ts');
}, 60_000);

afterAll(async () => {
  await explorer?.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('who may ask', () => {
  const status = async (answer: Promise<Answer>) => {
    const { status, text } = await answer;
    return `${status} ${status === 200 ? '' : text}`.trim();
  };
  const OPEN = '{"do":"open"}';

  test('the page of this address, with its token', async () => {
    expect(await status(explorer.send('GET', '/', {}))).toBe('200');
    expect(await status(explorer.post(OPEN))).toBe('200');
    expect(await status(explorer.post(OPEN, { origin: `http://127.0.0.1:${explorer.port}` }))).toBe('200');
    expect(await status(explorer.send('GET', '/', { host: `localhost:${explorer.port}` }))).toBe('200');
  });

  test('nobody without the token, or with another one', async () => {
    const refused = '403 open the address that upy-check explore has printed: it has a token';
    expect(await status(explorer.send('POST', '/live', { 'content-type': 'application/json' }, OPEN))).toBe(
      refused,
    );
    expect(
      await status(explorer.post(OPEN, { 'x-upy-check-token': 'x'.repeat(explorer.token.length) })),
    ).toBe(refused);
    expect(await status(explorer.post(OPEN, { 'x-upy-check-token': '' }))).toBe(refused);
  });

  test('no page of another origin', async () => {
    const refused = '403 pages of another origin may not ask';
    expect(await status(explorer.post(OPEN, { origin: 'http://example.org' }))).toBe(refused);
    expect(await status(explorer.post(OPEN, { origin: 'null' }))).toBe(refused);
    expect(await status(explorer.post(OPEN, { origin: `http://127.0.0.1:${explorer.port + 1}` }))).toBe(
      refused,
    );
    expect(await status(explorer.post(OPEN, { 'sec-fetch-site': 'cross-site' }))).toBe(refused);
    expect(await status(explorer.send('GET', '/', { 'sec-fetch-site': 'same-site' }))).toBe(refused);
  });

  test('no name that was bound to this machine (DNS rebinding)', async () => {
    const refused = '403 this is not the address that upy-check explore has printed';
    expect(await status(explorer.send('GET', '/', { host: 'example.org' }))).toBe(refused);
    expect(await status(explorer.post(OPEN, { host: `example.org:${explorer.port}` }))).toBe(refused);
    expect(await status(explorer.post(OPEN, { host: '127.0.0.1' }))).toBe(refused);
  });

  test('for no files, and for nothing else', async () => {
    const nothing = '404 there is one page here, and no files';
    for (const path of ['/violated.ts', '/../violated.ts', '/%2e%2e/violated.ts', '//', '/live/', '/?x'])
      expect(await status(explorer.send('GET', path, {}))).toBe(nothing);
    expect(await status(explorer.send('GET', '/live', {}))).toBe('405 questions are posted');
    expect(await status(explorer.send('POST', '/', {}))).toBe('405 the page is only read');
    expect(await status(explorer.post(OPEN, { 'content-type': 'text/plain' }))).toBe(
      '415 questions are JSON',
    );
    expect(await status(explorer.post('x'.repeat(70_000)))).toBe('413 the question is too long');
    const wrong = [
      '',
      '[]',
      'null',
      '{"do":"go"}',
      '{"do":"take","node":0,"step":-1}',
      '{"do":"run","node":0,"to":"x"}',
    ];
    for (const body of [...wrong, '{"do":"reach","node":0,"target":{"kind":"line","file":"x"}}'])
      expect(await status(explorer.post(body))).toBe('400 no question that is known');
  });

  test('and the answer goes nowhere else', async () => {
    const { headers, text } = await explorer.send('GET', '/', {});
    expect(headers).toMatchObject({
      'content-security-policy': "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(text).toContain("default-src 'none'; script-src 'sha256-");
    expect(text).toContain("connect-src 'self'");
    expect(text).not.toContain(explorer.token);
  });
});

describe('a conversation', () => {
  test('steps, goes back, searches; the path is a trace that replay accepts', async () => {
    const { about, view, sources } = await explorer.ask({ do: 'open' });
    expect(about).toEqual({
      version: '0.1.0',
      scenario: 'violated',
      about: expect.any(String),
      file: 'violated.ts',
      variant: expect.any(String),
      alone: true,
      properties: expect.arrayContaining(['deadlock']),
    });
    expect(Object.keys(sources)).toEqual(['violated.ts']);
    expect(view.node).toBe(0);
    const first = await explorer.ask({ do: 'take', node: 0, step: 0 });
    expect(first.view.trace.steps.length).toBe(1);
    expect(first.sources).toEqual({});
    // A page that is loaded again has none of them.
    expect(Object.keys((await explorer.ask({ do: 'open' })).sources)).toEqual(['violated.ts']);
    expect((await explorer.ask({ do: 'go', node: 0 })).view.trace.steps).toEqual([]);
    await expect(explorer.ask({ do: 'take', node: 1, step: 0 })).rejects.toThrow(
      'UPY351: the session is at place 0, and not at 1',
    );
    const name = about?.properties.at(0) ?? '';
    const { reached, view: there } = await explorer.ask({
      do: 'reach',
      node: 0,
      target: { kind: 'property', name },
      maxStates: null,
    });
    expect(reached?.kind).toBe('reached');
    expect(there.wrong.map((wrong) => wrong.name)).toContain(name);
    expect((await explorer.ask({ do: 'stop' })).view.node).toBe(there.node);

    writeFileSync(join(folder, 'path.json'), JSON.stringify(there.trace));
    const replayed = spawnSync(process.execPath, [BINARY, 'replay', 'path.json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status: replayed.status, error: replayed.stderr }).toEqual({ status: 0, error: '' });

    const again = await Explorer.start('violated.ts', '--trace', 'path.json');
    const opened = await again.ask({ do: 'open' });
    expect(opened.view.trace).toEqual(there.trace);
    expect(await again.end()).toBe(0);
  }, 60_000);

  test('a search ends when it is asked to stop', async () => {
    const live = await Explorer.start('incomplete.ts');
    const target = { kind: 'condition', text: 'seen.left < 0' } as const;
    const asked = live.ask({ do: 'reach', node: 0, target, maxStates: 5_000_000 });
    // Which of two questions comes first is not certain.
    const stops: Promise<unknown>[] = [];
    const stopping = setInterval(() => stops.push(live.ask({ do: 'stop' })), 200);
    const { reached } = await asked;
    clearInterval(stopping);
    await Promise.all(stops);
    expect(reached).toMatchObject({ kind: 'stopped' });
    expect(await live.end()).toBe(0);
  }, 60_000);

  test('of a report of several scenarios, the trace of this one', async () => {
    const check = ['wrong_expectation.ts', 'violated.ts', '--reporter', 'json=two.json'];
    spawnSync(process.execPath, [BINARY, ...check], { cwd: folder });
    const live = await Explorer.start('violated.ts', '--trace', 'two.json');
    expect((await live.ask({ do: 'open' })).view.trace.scenario).toBe('violated');
    expect(await live.end()).toBe(0);
    await expect(Explorer.start('holds.ts', '--trace', 'two.json')).rejects.toThrow(
      /^it ended with 2: error UPY307: .*\n.* its traces are of wrong-expectation \/ racy, violated \/ racy\n/u,
    );
    await expect(Explorer.start('violated.ts', '--trace', 'two.json', '--set', 'n=1')).rejects.toThrow(
      /^it ended with 2: error UPY310: a trace is explored with the parameters that it was recorded with\n/u,
    );
  }, 60_000);

  test('a trace that does not fit is refused', async () => {
    const { view } = await explorer.ask({ do: 'open' });
    const [step, ...rest] = view.trace.steps;
    const changed = { ...view.trace, steps: [{ ...step, operation: 'lock' }, ...rest] };
    writeFileSync(join(folder, 'old.json'), JSON.stringify(changed));
    await expect(Explorer.start('violated.ts', '--trace', 'old.json')).rejects.toThrow(
      /^it ended with 2: error UPY350: the trace of '.*' does not fit the scenario any more: step 1 was /u,
    );
    await expect(Explorer.start('violated.ts', '--trace', 'none.json')).rejects.toThrow(
      /^it ended with 2: error UPY300: there is no file none\.json/u,
    );
  }, 60_000);

  test('a trace alone is of the scenario and variant that are asked for, or refused', async () => {
    const draw = ['simulate', 'several.ts', '--scenario', 'first', '--to', 'json', '--out', 'alone.json'];
    spawnSync(process.execPath, [BINARY, ...draw], { cwd: folder });
    const refused = (likely: string) =>
      `error UPY307: alone.json holds no trace that can be replayed\n  likely  ${likely}`;
    const isFirst = 'its trace is of first / only';
    const explored = (...args: string[]) => Explorer.start(...args, '--trace', 'alone.json');
    await expect(explored('several.ts', '--scenario', 'second')).rejects.toThrow(isFirst);
    await expect(explored('violated.ts')).rejects.toThrow(isFirst);
    await expect(explored('several.ts', '--variant', 'none')).rejects.toThrow(isFirst);
    const replayed = (...args: string[]) => {
      const { status, stderr } = spawnSync(process.execPath, [BINARY, 'replay', 'alone.json', ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      return { status, error: stderr.split('\n').slice(0, 2).join('\n') };
    };
    expect(replayed('--variant', 'only', '--scenario', 'first')).toEqual({ status: 0, error: '' });
    expect(replayed('--variant', 'none')).toEqual({ status: 2, error: refused(isFirst) });
    expect(replayed('--scenario', 'second')).toEqual({ status: 2, error: refused(isFirst) });
    expect(replayed('--property', 'simulation')).toEqual({
      status: 2,
      error: refused("no trace in it is of 'simulation'; did you mean 'simulation, seed 0'?"),
    });
  }, 60_000);
});
