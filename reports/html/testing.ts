/** What the tests in a browser share. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { packing, readPageFiles } from '../../checker/cli/page_files.ts';
import { publish, type ReportEvent } from '../events.ts';
import { HtmlReporter } from './reporter.ts';

const CHROMIUM = process.env.UPY_CHECK_CHROMIUM ?? '/usr/bin/chromium';

/** Debian's Chromium, without a window and without any connection of its own. */
export function launch(): Promise<Browser> {
  if (!existsSync(CHROMIUM))
    throw new Error(
      `there is no browser ${CHROMIUM}: install Debian's package chromium, or name one in UPY_CHECK_CHROMIUM`,
    );
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The report of a run as the reporter writes it, with the page that `npm run build` made. */
export function htmlOf(events: readonly ReportEvent[]): string {
  let html = '';
  const reporter = new HtmlReporter((text) => (html += text), readPageFiles(), packing);
  for (const event of events) publish([reporter], event);
  return html;
}

/** A page that was opened from a file, and what it complained about meanwhile. */
export interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
  /** Everything that it tried to load. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens a report from a file, as somebody does who downloaded it. */
export async function open(
  browser: Browser,
  html: string,
  hash = '',
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'upy-check-html-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`file://${file}${hash}`);
  await page.waitForSelector('#app > *');
  const close = async (): Promise<void> => {
    await context.close();
    rmSync(folder, { recursive: true });
  };
  return { page, complaints, requests: requests.filter((url) => !url.startsWith('file:')), close };
}
