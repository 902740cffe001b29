/** Lanes, variables and objects in a browser: what is drawn, what it does, and that a long trace stays quick. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectedViolation, property, run, variant } from '../../fake.ts';
import { htmlOf, launch, type Opened, open } from '../testing.ts';
import { longTrace } from './testing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const LONG = longTrace(10_000);
const long = variant({
  variant: 'long',
  verdict: 'violated',
  expected: { violates: 'it ends' },
  properties: [property({ name: 'it ends', status: 'violated', trace: LONG })],
});
const hashOf = (result: typeof long, step: number): string =>
  `#${new URLSearchParams({
    scenario: result.scenario,
    variant: result.variant,
    property: result.properties[0]?.name ?? '',
    step: String(step),
  })}`;

async function opened(result: typeof long, step: number, options = {}): Promise<Opened> {
  const found = await open(browser, htmlOf(run([result])), hashOf(result, step), options);
  await found.page.waitForSelector('.lanes-scroll[data-drawn]');
  return found;
}

const cursor = (page: Page) => page.locator('.lanes-cursor');
const now = async (page: Page): Promise<number> => Number(await cursor(page).getAttribute('aria-valuenow'));
const figure = async (page: Page, name: 'drawn' | 'redrawn'): Promise<number> =>
  Number(await page.locator('.lanes-scroll').getAttribute(`data-${name}`));
/** How many colours the lanes have. */
const colours = (page: Page): Promise<number> =>
  page.locator('.lanes-canvas').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
      0,
      0,
      canvas.width,
      canvas.height,
    );
    const seen = new Set<number>();
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] === 255)
        seen.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0));
    return seen.size;
  });

describe('lanes', () => {
  test('are drawn, in light and in dark, and named', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints, close } = await opened(expectedViolation, 4, { colorScheme });
      expect(await colours(page)).toBeGreaterThan(5);
      expect(await page.locator('.lanes-label').allTextContents()).toEqual(['pin 4 device', 'pin 4', 'main']);
      expect(await page.locator('.lanes-canvas').getAttribute('aria-label')).toContain('10 steps in 3 lanes');
      expect(complaints).toEqual([]);
      await close();
    }
  });

  test('a click selects a step, a drag goes through them', async () => {
    const { page, close } = await opened(expectedViolation, 1);
    const box = await page.locator('.lanes-canvas').boundingBox();
    if (box === null) throw new Error('no canvas');
    const width = await cursor(page).evaluate((element) => element.getBoundingClientRect().width);
    const at = (step: number) => box.x + (step - 0.5) * width;
    await page.mouse.click(at(6), box.y + 30);
    expect(await now(page)).toBe(6);
    await expect.poll(() => page.url()).toContain('step=6');
    await page.mouse.move(at(3), box.y + 30);
    await page.mouse.down();
    await page.mouse.move(at(9), box.y + 30, { steps: 8 });
    await page.mouse.up();
    expect(await now(page)).toBe(9);
    await close();
  });

  test('keys step and zoom; what is under the cursor stays there', async () => {
    const { page, close } = await opened(long, 5000);
    await cursor(page).focus();
    await page.keyboard.press('ArrowRight');
    expect(await now(page)).toBe(5001);
    await page.keyboard.press('PageUp');
    expect(await now(page)).toBe(4991);
    const before = await cursor(page).boundingBox();
    await page.keyboard.press('+');
    const after = await cursor(page).boundingBox();
    expect((after?.width ?? 0) / (before?.width ?? 1)).toBeCloseTo(1.5, 1);
    expect(Math.abs((after?.x ?? 0) - (before?.x ?? 0))).toBeLessThan(40);
    await page.keyboard.press('0');
    const scroller = page.locator('.lanes-scroll');
    await expect
      .poll(() => scroller.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth))
      .toBeLessThanOrEqual(1);
    await close();
  });

  test('the wheel with Ctrl zooms, and names stay while the lanes are scrolled', async () => {
    const { page, close } = await opened(long, 100);
    const width = () => page.locator('.lanes-content').evaluate((element) => element.scrollWidth);
    const before = await width();
    const box = await page.locator('.lanes-canvas').boundingBox();
    await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 40);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await expect.poll(width).toBeGreaterThan(before * 1.5);
    const name = page.locator('.lanes-label').first();
    const place = await name.boundingBox();
    await page.locator('.lanes-scroll').evaluate((element) => element.scrollBy(3000, 0));
    expect((await name.boundingBox())?.x).toBe(place?.x);
    await close();
  });

  test('along virtual time, time is as wide as it is long', async () => {
    const { page, close } = await opened(expectedViolation, 8);
    const width = () => cursor(page).evaluate((element) => element.getBoundingClientRect().width);
    const before = await width();
    await page.getByRole('button', { name: 'virtual time' }).click();
    // Step 8 is one of time: 1 ms passes.
    await expect.poll(width).toBeGreaterThan(before * 1.5);
    await close();
  });

  test('a lane says what is under the pointer', async () => {
    const { page, close } = await opened(expectedViolation, 1);
    const box = await page.locator('.lanes-canvas').boundingBox();
    const label = await page.locator('.lanes-label.task').boundingBox();
    await page.mouse.move((box?.x ?? 0) + 10, (label?.y ?? 0) + 8);
    expect(await page.locator('.lanes-tip').textContent()).toContain('main runsstep 1: main, poll_ms');
    await close();
  });
});

describe('a trace of 10,000 steps', () => {
  test('opens, and draws what is seen', async () => {
    const { page, complaints, close } = await opened(long, 9000);
    expect(await figure(page, 'drawn')).toBeLessThan(2500);
    expect(complaints).toEqual([]);
    // Everything at once is drawn in less than each step by itself.
    await page.getByRole('button', { name: 'fit' }).click();
    await expect.poll(() => figure(page, 'redrawn')).toBeGreaterThan(1);
    expect(await figure(page, 'drawn')).toBeLessThan(30_000);
    await close();
  });

  test('steps without drawing the lanes again, until it leaves what is seen', async () => {
    const { page, close } = await opened(long, 5000);
    const before = await figure(page, 'redrawn');
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight');
    expect(await now(page)).toBe(5020);
    expect((await figure(page, 'redrawn')) - before).toBe(0);
    // Lists hold what is seen of them, too.
    expect(await page.locator('*').count()).toBeLessThan(2000);
    await close();
  });
});

describe('variables', () => {
  test('are filtered, compared with a step, and have a history that leads to its steps', async () => {
    const { page, close } = await opened(long, 43);
    const rows = page.locator('.variables-table tbody tr');
    await page.getByLabel('Only variables with this').fill('count[2]');
    expect(await rows.allTextContents()).toEqual(['count[2].value● 2 → 42']);
    await page.getByRole('button', { name: 'compare with step 43' }).click();
    await page.getByRole('button', { name: 'since step 43' }).waitFor();
    await page.keyboard.press('ArrowRight');
    expect(await rows.allTextContents()).toEqual(['count[2].value42']);
    await page.getByRole('button', { name: 'count[2].value' }).click();
    const history = page.getByRole('region', { name: 'History of count[2].value' });
    expect((await history.locator('li').allTextContents()).slice(0, 3)).toEqual([
      'start0',
      '32tick 0',
      '4342pin 1',
    ]);
    await history.locator('li button').nth(1).click();
    expect(await now(page)).toBe(3);
    await close();
  });

  test('fold', async () => {
    const { page, close } = await opened(long, 3);
    const rows = page.locator('.variables-table tbody tr');
    const before = await rows.count();
    await page.getByRole('button', { name: 'count, fold' }).click();
    expect(await rows.count()).toBe(before - 40);
    await close();
  });
});

describe('objects', () => {
  test('a queue has cells for what is in it and for what is free, and is marked when it changes', async () => {
    const { page, close } = await opened(long, 7);
    const ring = page.locator('.object.queue');
    expect(await ring.locator('.object-cell.full').allTextContents()).toEqual(['6', '7']);
    expect(await ring.locator('.object-cell:not(.full)').count()).toBe(2);
    expect(await ring.getAttribute('aria-label')).toBe('ring, Ring, changed by this step');
    await ring.getByRole('button').first().click();
    await page.getByRole('region', { name: 'History of ring.items' }).waitFor();
    await close();
  });
});
