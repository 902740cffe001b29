/** The trace explorer as a reader uses it. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReportEvent } from '../events.ts';
import { expectedViolation, holds, lostWakeup, property, run, surprise, variant } from '../fake.ts';
import { longTrace } from './page/testing.ts';
import { htmlOf, launch, type Opened, open } from './testing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** A page answers a click when it can. */
const PATIENCE = { timeout: 10_000 };

const POLL = 'model/micropython/uevent.ts';

/** With the text of one file: line 52 is where the interrupt puts its event. */
function withSource(events: readonly ReportEvent[]): ReportEvent[] {
  const lines = Array.from({ length: 200 }, (_, i) => `  // line ${i + 1}`);
  lines[51] = '    this.ready.push(event);';
  const [started, ...rest] = events;
  const source: ReportEvent = { type: 'source-read', file: POLL, text: lines.join('\n') };
  return started === undefined ? [] : [started, source, ...rest];
}

const RESULTS = [holds, expectedViolation, { ...surprise, variant: 'no-wait' }];
const REPORT = () => htmlOf(withSource(run(RESULTS)));

function link(step: number, name = 'check-then-sleep', of = 'lost wakeup: uevent'): string {
  return `#${new URLSearchParams({ scenario: 'uevent-wake', variant: name, property: of, step: String(step) })}`;
}

/** Opens a report, and sees to it that it complained about nothing and loaded nothing. */
async function reading(
  html: string,
  hash: string,
  read: (page: Page, opened: Opened) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const opened = await open(browser, html, hash, options);
  await read(opened.page, opened);
  expect({ complaints: opened.complaints, requests: opened.requests }).toEqual({
    complaints: [],
    requests: [],
  });
  await opened.close();
}

/** As it is seen. */
const seen = async (page: Page, selector: string) =>
  (await page.locator(selector).allInnerTexts()).join(' | ');
const current = (page: Page) => seen(page, '[role=option][aria-selected=true] .step-index');

describe('the overview', () => {
  test('says every verdict in words, and leads to the traces', () =>
    reading(REPORT(), '', async (page) => {
      await expect
        .poll(() => page.locator('.variant-head').allInnerTexts(), PATIENCE)
        .toEqual([
          '✓ holds\nnotify-always edges=1\n12,345 states\ndepth 37\n0.4 s',
          '✓ violated as expected\ncheck-then-sleep edges=1\n2,001 states\ndepth 10\n0.4 s',
          '✗ violated, NOT AS EXPECTED\nno-wait edges=1\n2,001 states\ndepth 10\n0.4 s',
        ]);
      await expect.poll(() => page.locator('.variant.bad').count(), PATIENCE).toBe(1);
      await expect
        .poll(() => seen(page, '.bad-text'), PATIENCE)
        .toBe("NOT AS EXPECTED: it must hold, but 'lost wakeup: uevent' is violated");
      await page.getByRole('button', { name: 'only surprises (1)' }).click();
      await page.locator('.variant h3').nth(1).waitFor({ state: 'detached' });
      await expect
        .poll(() => page.locator('.variant h3').allInnerTexts(), PATIENCE)
        .toEqual(['no-wait edges=1']);
      await page.getByText('2 properties').click();
      await page.locator('.properties tbody tr').nth(1).waitFor();
      await expect
        .poll(() => page.locator('.properties tbody tr').allInnerTexts(), PATIENCE)
        .toEqual([
          '✗ violated\tlost wakeup: uevent 10 steps: explore ›\t' +
            'nothing may come to rest for ever while there is work that somebody should wake up for\t' +
            'scenarios/uevent_wake.ts:31',
          '✓ holds\tdeadlock\tnobody may wait for ever for what can no longer happen\t',
        ]);
      await page.locator('.findings .trace-link').click();
      await expect
        .poll(() => seen(page, 'h1'), PATIENCE)
        .toBe('✗ violated lost wakeup: uevent scenarios/uevent_wake.ts:31');
      await page.goBack();
      await expect.poll(() => seen(page, 'h1'), PATIENCE).toBe('3 variants in 1 scenario');
    }));

  test('shows errors, and limits', () => {
    const cut = variant({
      verdict: 'incomplete',
      asExpected: false,
      because: ['the search was cut off'],
      limit: { kind: 'max-states', value: '1000000', growing: ['seen.edges'] },
      properties: [property({ status: 'undecided' })],
    });
    const [started, ...rest] = run([cut], { errors: 1 });
    const error: ReportEvent = {
      type: 'error',
      problem: {
        code: 'UPY101',
        what: 'the scenario has no variants',
        place: null,
        likely: 'they are left out',
        remedy: 'name one',
      },
      file: 'scenarios/empty.ts',
      scenario: null,
      variant: null,
    };
    return reading(htmlOf([started as ReportEvent, error, ...rest]), '', async (page) => {
      await expect
        .poll(() => seen(page, '.problems li'), PATIENCE)
        .toBe(
          'UPY101: the scenario has no variants\n\nscenarios/empty.ts\n\nlikely: they are left out\n\ndo: name one',
        );
      await expect
        .poll(() => page.locator('.variant > p').allInnerTexts(), PATIENCE)
        .toEqual([
          'NOT DECIDED: the search was cut off',
          'stopped by --max-states 1,000,000: no violation in what was searched proves nothing about the rest; ' +
            'still growing: seen.edges',
          'undecided: deadlock',
        ]);
    });
  });

  test('says where a run shows the stated reason, and how far what is reached is', () => {
    const reason = {
      property: 'lost wakeup: uevent',
      through: [{ function: 'uevent_post', step: 4 }],
      also: ['deadlock'],
    };
    const reached = property({ name: 'both edges are seen', kind: 'sometimes', steps: 37 });
    const stated = { ...expectedViolation, reason, properties: [...expectedViolation.properties, reached] };
    return reading(htmlOf(run([stated])), '', async (page) => {
      await expect
        .poll(() => page.locator('.variant > p').allInnerTexts(), PATIENCE)
        .toEqual(["as stated: through uevent_post in step 4; also 'deadlock'"]);
      await page.getByText('3 properties').click();
      await expect
        .poll(() => page.locator('.properties tbody td:nth-child(2)').allInnerTexts(), PATIENCE)
        .toEqual([
          'lost wakeup: uevent 10 steps: explore ›',
          'deadlock',
          'both edges are seen 37 steps from the start',
        ]);
    });
  });
});

describe('a trace', () => {
  test('opens at the step of a link, and goes on with keys', () =>
    reading(REPORT(), link(4), async (page) => {
      await expect.poll(() => current(page), PATIENCE).toBe('4');
      await expect
        .poll(() => seen(page, '.source-line[aria-current]'), PATIENCE)
        .toContain('this.ready.push(event);');
      await expect
        .poll(() => seen(page, '[aria-live=polite]'), PATIENCE)
        .toBe(
          'Step 4 of 10, pin 4, model/micropython/uevent.ts line 52: this.ready.push(event);. ready from [] to [pin 4].',
        );
      const visited: string[] = [];
      for (const key of ['ArrowRight', 'j', 'k', 'ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowLeft', 'End']) {
        await page.keyboard.press(key);
        visited.push(await current(page));
      }
      expect(visited).toEqual(['5', '6', '5', '4', '7', '3', '10']);
      await expect.poll(() => new URL(page.url()).hash).toBe(link(10));
      await page.keyboard.press('Home');
      await expect
        .poll(() => seen(page, '[role=option][aria-selected=true]'), PATIENCE)
        .toBe('start, before the first step');
      await page.locator('#step-2').click();
      await expect.poll(() => current(page), PATIENCE).toBe('2');
    }));

  test('a key follows a wake-up', () => {
    const steps = lostWakeup.steps.map((step) =>
      step.index === 4 ? { ...step, moments: [{ kind: 'wake', process: 'main' } as const] } : step,
    );
    const violated = surprise.properties.map((each) => ({ ...each, trace: { ...lostWakeup, steps } }));
    const woken = { ...surprise, properties: violated };
    return reading(htmlOf(run([woken])), link(0, woken.variant), async (page) => {
      await page.keyboard.press('f');
      await expect.poll(() => current(page), PATIENCE).toBe('4');
      await expect
        .poll(() => seen(page, '[role=option][aria-selected=true]'), PATIENCE)
        .toContain('WAKE main');
      await page.keyboard.press('f');
      await expect.poll(() => current(page), PATIENCE).toBe('7');
    });
  });

  test('a search goes through what it has found', () =>
    reading(REPORT(), link(0), async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('pending');
      await expect
        .poll(() => page.locator('.search-results h3').allInnerTexts(), PATIENCE)
        .toEqual(['Variables', 'Functions', '3 steps']);
      await page.keyboard.press('Enter');
      await expect.poll(() => current(page), PATIENCE).toBe('2');
      await page.locator('.steps-scroller').focus();
      const visited: string[] = [];
      for (const key of ['n', 'n', 'n', 'N']) {
        await page.keyboard.press(key);
        visited.push(await current(page));
      }
      expect(visited).toEqual(['3', '9', '2', '9']);
      await expect.poll(() => seen(page, '.search-count'), PATIENCE).toBe('3 of 3');
      await page.keyboard.press('/');
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('.step.found').count(), PATIENCE).toBe(0);
      // A variable that was chosen: from change to change.
      await page.keyboard.press('/');
      await page.keyboard.type('core.level');
      await page.locator('.search-results button').first().click();
      await page.locator('.steps-scroller').focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('l');
      await expect.poll(() => current(page), PATIENCE).toBe('3');
    }));

  test('shows where everyone stands, and the source there', () =>
    reading(REPORT(), link(10), async (page) => {
      await expect
        .poll(() => page.locator('.standers li').allInnerTexts(), PATIENCE)
        .toEqual([
          'main\n● blocked\nnotify.ts:140',
          'pin 4\nwaits for an interrupt\ncore.ts:70',
          'pin 4 device\nended',
        ]);
      await page.keyboard.press('Home');
      await page.locator('.standers button', { hasText: 'pin 4 device' }).click();
      await expect
        .poll(() => seen(page, '#panel-source-title'), PATIENCE)
        .toBe('pin 4 device stands uevent_wake.ts:40');
      await page.keyboard.press('Escape');
      await expect.poll(() => seen(page, '#panel-source-title'), PATIENCE).toBe('main stands uevent.ts:88');
      await page.keyboard.press('End');
      await expect
        .poll(() => page.locator('.frames li').allInnerTexts(), PATIENCE)
        .toEqual([
          '0\nulTaskNotifyTake\nnotify.ts:140\nrest(() => this.notified > 0);',
          '1\npoll_ms\nnotify.ts:140\nrest(() => this.notified > 0);',
          '2\nmain\nnotify.ts:140\nrest(() => this.notified > 0);',
        ]);
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => page.locator('.frames .hook').count(), PATIENCE).toBe(1);
      await page.locator('.frames button').nth(2).click();
      await expect.poll(() => seen(page, '.frames button[aria-pressed=true]'), PATIENCE).toContain('poll_ms');
    }));

  test('marks the steps whose order decides, and where a loop begins', () => {
    const decisive = { steps: [3, 7], text: 'had main waited first', schedule: 'u1.1' } as const;
    const trace = { ...lostWakeup, decisive, loop: 8 };
    const result = variant({
      ...expectedViolation,
      properties: [property({ name: 'deadlock', status: 'violated', trace })],
    });
    return reading(htmlOf(run([result])), link(0, 'check-then-sleep', 'deadlock'), async (page) => {
      await expect.poll(() => seen(page, '.explanation >> nth=-1'), PATIENCE).toBe('◆ had main waited first');
      const visited: string[] = [];
      for (const key of ['d', 'd', 'd']) {
        await page.keyboard.press(key);
        visited.push(`${await current(page)} ${await seen(page, '[aria-selected=true] .decisive')}`);
      }
      expect(visited).toEqual([
        '3 ◆ order decides, 1 of 2',
        '7 ◆ order decides, 2 of 2',
        '3 ◆ order decides, 1 of 2',
      ]);
      await page.keyboard.press('End');
      await expect
        .poll(() => page.locator('.step-ruler').allInnerTexts(), PATIENCE)
        .toEqual(['↻ from here on it repeats for ever', '↺ everything is as before step 8 again']);
    });
  });

  test('the next trace of the report is a key away, and back', () =>
    reading(REPORT(), link(4), async (page) => {
      await page.keyboard.press(']');
      expect(new URL(page.url()).hash).toBe(
        link(0, 'no-wait').replace('&step=0', '&file=scenarios%2Fuevent_wake.ts&kind=lost+wakeup'),
      );
      await expect.poll(() => seen(page, '.bar-traces'), PATIENCE).toContain('trace 2 of 2');
      await page.keyboard.press(']');
      await expect.poll(() => seen(page, '.bar-traces'), PATIENCE).toContain('trace 2 of 2');
      await page.goBack();
      await expect.poll(() => current(page), PATIENCE).toBe('4');
    }));

  test('the command that replays it is complete', () =>
    reading(
      REPORT(),
      link(1),
      async (page) => {
        await page.getByRole('button', { name: 'Copy' }).click();
        await page.getByText('✓ copied').waitFor();
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
          'npx upy-check replay scenarios/uevent_wake.ts --variant check-then-sleep --set edges=1 ' +
            '--schedule u1.0102013a0',
        );
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    ));

  test('on paper: the explanation, every step, and where everyone stands', () =>
    reading(REPORT(), link(1), async (page) => {
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      await page.emulateMedia({ media: 'print' });
      await expect
        .poll(() => page.locator('.paper table').first().locator('th').allInnerTexts(), PATIENCE)
        .toEqual(['', ...Array.from({ length: 10 }, (_, i) => String(i + 1))]);
      await expect.poll(() => page.locator('.paper table').last().locator('tr').count(), PATIENCE).toBe(3);
      await expect.poll(() => page.locator('.explanation').isVisible(), PATIENCE).toBe(true);
      await expect.poll(() => page.locator('.panels').isVisible(), PATIENCE).toBe(false);
    }));
});

describe('the page', () => {
  test('follows the theme of the system until one chooses', () =>
    reading(
      REPORT(),
      link(1),
      async (page) => {
        const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(await ground()).toBe('rgb(18, 22, 27)');
        await page.emulateMedia({ colorScheme: 'light' });
        await expect.poll(ground).toBe('rgb(238, 240, 243)');
        await page.keyboard.press('t');
        expect(await ground()).toBe('rgb(18, 22, 27)');
      },
      { colorScheme: 'dark' },
    ));

  test('explains its keys', () =>
    reading(REPORT(), link(1), async (page) => {
      await page.keyboard.press('?');
      await expect
        .poll(() => page.getByRole('dialog', { name: 'How to read a trace' }).isVisible(), PATIENCE)
        .toBe(true);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByRole('dialog').count(), PATIENCE).toBe(0);
      await expect.poll(() => current(page), PATIENCE).toBe('1');
    }));

  test('an address of another run is said to be one', () =>
    reading(REPORT(), link(3, 'gone'), async (page) => {
      await expect
        .poll(() => seen(page, '.notice'), PATIENCE)
        .toBe(
          "This report has no trace of 'uevent-wake' / 'gone' / 'lost wakeup: uevent'. The link may be of another run: " +
            'here are all verdicts of this one.',
        );
    }));

  test.each([
    ['cut off', (data: string) => data.slice(0, data.length / 2)],
    ['altered', () => 'not base64 at all!'],
  ])('a report that is damaged says so: %s', (_, damage) => {
    const html = REPORT().replace(
      /(id="report-data">)([^<]*)/u,
      (_all, tag: string, data: string) => tag + damage(data),
    );
    return reading(html, '', async (page) => {
      await expect
        .poll(() => seen(page, 'main'), PATIENCE)
        .toContain('This report cannot be shown\n\nits data is incomplete or was changed.');
    });
  });

  test.each([
    [1280, 900],
    [390, 844],
  ])('at %i by %i: nothing sticks out, everything has a name and can be reached', (width, height) =>
    reading(
      REPORT(),
      link(4),
      async (page) => {
        for (const tab of width < 860 ? ['Source', 'Lanes', 'Values', 'Steps'] : ['']) {
          if (tab !== '') await page.getByRole('button', { name: tab, exact: true }).click();
          expect(await page.evaluate(audit)).toEqual({
            unnamed: [],
            doubled: [],
            wider: false,
            h1: 1,
            mains: 1,
          });
        }
        await page.keyboard.press('ArrowRight');
        await expect.poll(() => current(page), PATIENCE).toBe('5');
        await expect.poll(() => page.locator('#step-5').isVisible(), PATIENCE).toBe(true);
      },
      { viewport: { width, height } },
    ),
  );
});

/** Executed in the page. */
function audit() {
  const named = (element: Element): boolean => {
    const label = element.getAttribute('aria-label') ?? element.textContent ?? '';
    const id = element.id;
    return label.trim() !== '' || (id !== '' && document.querySelector(`label[for="${id}"]`) !== null);
  };
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  return {
    unnamed: [...document.querySelectorAll('button, a, input, select, [role=img], [role=listbox]')]
      .filter((element) => !named(element) && element.closest('label') === null)
      .map((element) => element.outerHTML),
    doubled: ids.filter((id, i) => ids.indexOf(id) !== i),
    wider: document.documentElement.scrollWidth > innerWidth,
    h1: document.querySelectorAll('h1').length,
    mains: document.querySelectorAll('main').length,
  };
}

test('10,000 steps: only what is in view is in the document', () => {
  const trace = longTrace(10_000);
  const result = variant({
    scenario: 'made-up',
    verdict: 'violated',
    properties: [property({ status: 'violated', trace })],
  });
  const html = htmlOf(run([result]));
  const hash = `#${new URLSearchParams({ scenario: 'made-up', variant: result.variant, property: 'deadlock', step: '5000' })}`;
  return reading(html, hash, async (page) => {
    await expect.poll(() => current(page), PATIENCE).toBe('5000');
    for (let i = 0; i < 50; i++) await page.keyboard.press('ArrowRight');
    await expect.poll(() => current(page), PATIENCE).toBe('5050');
    await page.keyboard.press('End');
    await expect.poll(() => current(page), PATIENCE).toBe('10000');
    await expect.poll(() => page.locator('[role=option]').count(), PATIENCE).toBeLessThan(60);
    await expect.poll(() => page.locator('#app *').count(), PATIENCE).toBeLessThan(1500);
  });
});
