/** The document as a browser sees it: nothing of a trace runs, nothing is loaded from anywhere. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectedViolation, place, run, variant } from '../fake.ts';
import { CONTROL } from '../text.ts';
import { htmlOf, launch, open } from './testing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e\u0000{{1+1}}\n';

/** Every text that can come from a user is hostile. */
function hostile(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('upy-check/') ? value : `${value}${EVIL}`;
  if (Array.isArray(value)) return value.map(hostile);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, KEPT.has(key) ? each : hostile(each)]),
  );
}

/** What the checker itself chooses. */
const KEPT = new Set(['kind', 'status', 'role', 'verdict', 'expected', 'lane', 'schema', 'moments']);

test('hostile names do nothing', async () => {
  const result = hostile(expectedViolation) as typeof expectedViolation;
  const trace = result.properties[0]?.trace;
  const route = new URLSearchParams({
    scenario: result.scenario,
    variant: result.variant,
    property: result.properties[0]?.name ?? '',
    step: '4',
  });
  const source = {
    type: 'source-read',
    file: trace?.steps[3]?.place?.file ?? '',
    text: `${EVIL}\n`.repeat(60),
  } as const;
  const [started, ...rest] = run([result]);
  const html = htmlOf([...(started === undefined ? [] : [started]), source, ...rest]);
  for (const hash of ['', `#${route}`]) {
    const { page, complaints, requests, close } = await open(browser, html, hash);
    expect(await page.evaluate(() => document.body.textContent)).toContain('onerror=alert(1)');
    expect(await page.locator('img[src=x], #app script').count()).toBe(0);
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
    await page
      .getByRole('button', { name: /show its history/u })
      .or(page.locator('h1'))
      .first()
      .click();
    await page.locator('.lanes-canvas').or(page.locator('h1')).first().hover();
    expect(
      await page.evaluate(shownTexts).then((texts) => texts.filter((text) => CONTROL.test(text))),
    ).toEqual([]);
    await close();
  }
});

/** What a page shows and says, but for the breaks between lines that it makes itself. */
function shownTexts(): string[] {
  return [...document.querySelectorAll('body *:not(script)')].flatMap((element) => [
    ...[...element.childNodes]
      .filter(({ nodeType }) => nodeType === 3)
      .map(({ nodeValue }) => nodeValue ?? ''),
    ...['title', 'aria-label', 'aria-valuetext', 'placeholder'].flatMap(
      (name) => element.getAttribute(name) ?? [],
    ),
  ]);
}

test('the policy stops what gets past it all the same', async () => {
  const { page, close } = await open(browser, htmlOf(run([expectedViolation])));
  const stopped = await page.evaluate(async () => {
    const broken: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => broken.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    document.body.insertAdjacentHTML(
      'beforeend',
      '<img src="http://127.0.0.1:9/x.png"><p style="color: red">',
    );
    await fetch('http://127.0.0.1:9/').catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { broken: broken.sort(), ran: 'ran' in window };
  });
  expect(stopped).toEqual({
    broken: ['connect-src', 'img-src', 'script-src-elem', 'style-src-attr'],
    ran: false,
  });
  await close();
});

test('a run with many traces stays small', () => {
  const results = Array.from({ length: 40 }, (_, i) =>
    variant({ ...expectedViolation, variant: `variant ${i}` }),
  );
  const text = Array.from({ length: 20_000 }, (_, i) => `// line ${i} of a long file`).join('\n');
  const source = { type: 'source-read', file: place('x.ts', 1, '').file, text } as const;
  const [started, ...rest] = run(results);
  expect(htmlOf([...(started === undefined ? [] : [started]), source, ...rest]).length).toBeLessThan(500_000);
});
