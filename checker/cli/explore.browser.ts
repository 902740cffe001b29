/** `upy-check explore` as it is used: the built program, and its page in a browser. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../../reports/html/testing.ts';
import { BINARY } from './program/testing.ts';

const EVIL = '"><img src=x onerror=alert(1)>';

/** The first scenario of the README; a name of it is hostile. */
const SCENARIO = `import { idle, scenario, sometimes } from 'upy-check';
import { atomic, process, rest } from 'upy-check/model';

export default scenario('sleep-until-pin', {
  about: 'the main loop sleeps until a pin interrupt wakes it',
  variants: { 'clear-late': { violates: 'no event is left behind' } },
  build() {
    const pin = { event: false, wake: false };
    const seen = { handled: false };
    process('main', () => {
      while (true) {
        if (pin.event) {
          pin.event = false;
          seen.handled = true;
        }
        pin.wake = false;
        rest(() => pin.wake);
      }
    });
    process('pin ${EVIL}', () => atomic(() => {
      pin.event = true;
      pin.wake = true;
    }), { outside: true });
    return [idle('no event is left behind', () => !pin.event), sometimes('the event is handled', () => seen.handled)];
  },
});
`;

let browser: Browser;
let child: ChildProcess;
let folder = '';
let url = '';

beforeAll(async () => {
  if (!existsSync(BINARY)) throw new Error('the program is not built: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'upy-check-'));
  writeFileSync(join(folder, 'first.ts'), SCENARIO);
  child = spawn(process.execPath, [BINARY, 'explore', 'first.ts'], { cwd: folder });
  url = await new Promise((printed, failed) => {
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const [found] = /http:\S+/u.exec(out) ?? [];
      if (found !== undefined && out.includes('Ctrl-C')) printed(found);
    });
    child.on('close', (code) => failed(new Error(`it ended with ${code}`)));
  });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  child?.kill('SIGINT');
  rmSync(folder, { recursive: true, force: true });
});

/** The page at the start of the session, and what it complained about. */
async function opened(options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url.replace(/#.*$/u, ''))) foreign.push(request.url());
  });
  await page.goto(url);
  await page.waitForSelector('#panel-visited button');
  const start = page.locator('#panel-visited button').first();
  if (await start.isEnabled()) await start.click();
  await page.waitForFunction(() =>
    document.querySelector('.live-bar p')?.textContent?.startsWith('At the start.'),
  );
  return { page, complaints, foreign, close: () => context.close() };
}

/** A page answers a click when it can. */
const PATIENCE = { timeout: 10_000 };

const texts = (page: Page, selector: string) => page.locator(selector).allTextContents();

/** Waits until the session is after so many steps. */
async function after(page: Page, steps: number): Promise<void> {
  await page.waitForFunction(
    (start) => document.querySelector('.live-bar p')?.textContent?.startsWith(start),
    steps === 0 ? 'At the start.' : `After step ${steps},`,
  );
  await page.waitForSelector('.live-bar button:not(:disabled)');
}

test('steps are taken by mouse and by key; who cannot step says why', async () => {
  const { page, complaints, foreign, close } = await opened();
  await expect
    .poll(() => texts(page, '.live-step code'), PATIENCE)
    .toEqual(['if (pin.event) {', 'atomic(() => {']);
  await expect
    .poll(() => texts(page, '.live-step >> nth=1 >> .live-change'), PATIENCE)
    .toEqual(['pin.event: false → true', 'pin.wake: false → true']);
  await page.locator('.live-step').first().click();
  await after(page, 1);
  await page.keyboard.press('1');
  await after(page, 2);
  await expect
    .poll(() => texts(page, '#panel-held dd'), PATIENCE)
    .toEqual(['it waits until pin.wake: pin.wake is false']);
  await page.keyboard.press('b');
  await after(page, 1);
  await page.keyboard.press('2');
  await after(page, 2);
  await page.keyboard.press('1');
  await after(page, 3);
  await expect
    .poll(() => texts(page, '.live-bar .live-wrong'), PATIENCE)
    .toEqual([
      expect.stringMatching(
        /^✗ no event is left behind: 'no event is left behind' is false \(pin\.event is true\) while/u,
      ),
    ]);
  await expect
    .poll(() => texts(page, '#panel-visited button'), PATIENCE)
    .toEqual(['0 start', '1 main first.ts:12', '2 main first.ts:16', `2–3 pin ${EVIL} first.ts:20 …`]);
  await page.locator('#panel-visited button').nth(2).click();
  await after(page, 2);
  await expect
    .poll(() => texts(page, '#panel-held dd'), PATIENCE)
    .toEqual(['it waits until pin.wake: pin.wake is false']);
  // The lanes grow with who has stepped.
  const heights = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.lanes-canvas');
    return [canvas?.height, canvas?.getBoundingClientRect().height];
  });
  expect(heights[1]).toBe(heights[0]);
  expect(await page.locator('img').count()).toBe(0);
  expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
  await close();
});

test('it runs to the next switch, and goes on from an earlier point', async () => {
  const { page, close } = await opened();
  await page.keyboard.press('s');
  await after(page, 3);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('button', { name: 'go on from there' }).click();
  await after(page, 1);
  await page.keyboard.press('s');
  await after(page, 3);
  await page.keyboard.press('e');
  await page.waitForFunction(() => document.querySelector('.live-message')?.textContent !== '');
  await expect.poll(() => texts(page, '.live-message'), PATIENCE).toEqual(['Nothing can happen any more.']);
  await close();
});

test('questions are answered', async () => {
  const { page, close } = await opened();
  const search = async (answer: RegExp) => {
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForFunction(
      (source) => new RegExp(source, 'u').test(document.querySelector('.live-message')?.textContent ?? ''),
      answer.source,
    );
    await page.waitForSelector('.live-bar button:not(:disabled)');
  };
  await page.getByLabel('condition').fill('seen.handled && !pin.event');
  await search(
    /^Yes: seen\.handled && !pin\.event after 4 more steps, and no way is shorter\. You are there now\.$/u,
  );
  await after(page, 4);
  await page.getByLabel('condition').fill('pin.event');
  await search(
    /^No: from here, pin\.event can never be reached\. All \d+ states that can follow were looked at\.$/u,
  );
  await page.getByLabel('condition').fill('pin.wak');
  await search(/^UPY352: there is no variable 'pin\.wak'\. Likely: .* Instead: .*`pin\.wake`\.$/u);
  await page.locator('#panel-visited button').first().click();
  await after(page, 0);
  await page.getByLabel('what to reach').selectOption('property');
  await page.getByLabel('property', { exact: true }).selectOption('no event is left behind');
  await search(/^Yes: 'no event is left behind' after 3 more steps/u);
  await page.locator('#panel-visited button').first().click();
  await after(page, 0);
  await page.getByLabel('what to reach').selectOption('line');
  await page.getByLabel('line', { exact: true }).fill('first.ts:14');
  await search(/^Yes: first\.ts:14 after 3 more steps/u);
  await close();
});

test('keys are letters where somebody types', async () => {
  const { page, close } = await opened();
  await page.getByLabel('condition').pressSequentially('b1s');
  expect(await page.getByLabel('condition').inputValue()).toBe('b1s');
  await after(page, 0);
  await close();
});

test('the path is saved as a trace that replay accepts', async () => {
  const { page, close } = await opened();
  await page.keyboard.press('1');
  await after(page, 1);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'save as a trace' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('sleep-until-pin-clear-late-1.trace.json');
  await file.saveAs(join(folder, 'path.json'));
  const { status, stdout } = spawnSync(process.execPath, [BINARY, 'replay', 'path.json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('first.ts:12') });
  await close();
});

test('help names the keys of both, and t is the other theme', async () => {
  const { page, close } = await opened();
  await page.keyboard.press('t');
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[open]');
  const keys = await texts(page, 'dialog tbody tr');
  expect(keys.slice(0, 4)).toEqual([
    '1…9takes a step',
    'bone step back in the model',
    'sruns until another process goes on',
    'iruns until a handler begins',
  ]);
  // A dialog has the keys for itself.
  await page.keyboard.press('1');
  await page.keyboard.press('Escape');
  await after(page, 0);
  await close();
});

test('on a phone, in the dark', async () => {
  const { page, complaints, close } = await opened({
    viewport: { width: 390, height: 800 },
    colorScheme: 'dark',
    hasTouch: true,
  });
  await page.locator('.live-step').first().tap();
  await after(page, 1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(18, 22, 27)');
  expect(complaints).toEqual([]);
  await close();
});
