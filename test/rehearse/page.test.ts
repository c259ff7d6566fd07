import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { renderPage } from '../../sandbox/rehearse/page/page';
import { momentsOf } from '../../sandbox/rehearse/page/timeline';
import { type StartedBrowser, startChromium } from '../../sandbox/test/chromium';
import { sample, sampleRun } from './sample';

jest.setTimeout(120_000);

let folder: string;
let chromium: StartedBrowser;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  chromium = await startChromium();
  url = write('sample', renderPage(sample()));
});

afterAll(async () => {
  await chromium?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, html: string): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  return pathToFileURL(file).href;
}

/** What a page asks for, and what it complains of. */
async function open(address: string, options: BrowserContextOptions = {}) {
  const context = await chromium.browser.newContext(options);
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', request => requests.push(request.url()));
  page.on('console', message => complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('dialog', dialog => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(address);
  return { page, requests, complaints };
}

test.each(['light', 'dark'] as const)('axe finds nothing in the %s scheme', async colorScheme => {
  // The page's policy lets no other script in: the checker comes through the debugger.
  const { page } = await open(url, { colorScheme, bypassCSP: true });
  await page.evaluate(axe.source);
  const violations: unknown = await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
  );
  expect(violations).toEqual([]);
});

test('it asks for no other file, and nothing in it breaks its own policy', async () => {
  const { requests, complaints } = await open(url);
  expect(requests).toEqual([url]);
  expect(complaints).toEqual([]);
  expect(renderPage(sample())).toContain(`content="default-src 'none'; style-src 'sha256-`);
});

test('everything can be read without JavaScript', async () => {
  const { page } = await open(url, { javaScriptEnabled: false });
  const text = (await page.textContent('main')) ?? '';
  for (const part of ['frankfurt-1 pending, standalone', 'office-1', 'AssociateConnectionWithLag', 'AWS::SNS::Topic']) {
    expect(text).toContain(part);
  }
  expect(await page.isVisible('svg.timeline')).toBe(true);
  expect(await page.isVisible('#control')).toBe(false);
});

test('a name is text, whatever it says', async () => {
  const connectionName = '</script></pre><img src=x onerror="alert(1)">';
  const { page, requests, complaints } = await open(write('name', renderPage(sample({ connectionName }))));
  expect(await page.locator('img').count()).toBe(0);
  expect(requests).toHaveLength(1);
  expect(complaints).toEqual([]);
  expect(await page.textContent('main')).toContain(connectionName);
});

test('the arrow keys reach every moment, and the table says what is up at it', async () => {
  const { page } = await open(url);
  const moments = momentsOf(sampleRun());
  await page.focus('#moment');
  const seen = [await page.textContent('#time')];
  const links = [await page.textContent('#state tr:first-child')];
  for (const _ of moments.slice(1)) {
    await page.keyboard.press('ArrowRight');
    seen.push(await page.textContent('#time'));
    links.push(await page.textContent('#state tr:first-child'));
  }
  expect(seen).toEqual(moments.map(at => `${(at / 1000).toFixed(1)} s`));
  expect(links).toContain('linkfrankfurt-1pending, standalone');
});

test('a write that is refused is no moment: it changes nothing', () => {
  const run = sampleRun();
  const refused = { at: 1_234, operation: 'AssociateConnectionWithLag', input: {}, answer: 'E: no', principal: 'p' };
  expect(momentsOf({ ...run, calls: [...run.calls, refused] })).toEqual(momentsOf(run));
});

test('where nothing changes, the table says of everything that it is up', async () => {
  const still = <T extends { readonly steps: readonly object[] }>(lanes: readonly T[]): T[] =>
    lanes.map(lane => ({ ...lane, steps: lane.steps.slice(0, 1) }));
  const { links, lags, interfaces, ...run } = sampleRun();
  const change = { ...run, links: still(links), lags: still(lags), interfaces: still(interfaces) };
  const { page } = await open(write('still', renderPage({ ...sample(), change })));
  expect(await page.locator('#state tr').count()).toBe(links.length + lags.length + interfaces.length);
});

test('the mouse moves the cursor, and a finding leads to its moment', async () => {
  const { page } = await open(url, { viewport: { width: 1400, height: 900 } });
  const time = page.locator('#time');
  await page.hover('svg.timeline >> nth=0');
  await time.filter({ hasNotText: '0.0 s' }).waitFor();
  // By the keyboard: the page scrolls to the moment, and the mouse is not to be over the timeline then.
  await page.mouse.move(0, 0);
  await page.focus('.findings a >> nth=0');
  await page.keyboard.press('Enter');
  await time.filter({ hasText: '1.0 s' }).waitFor();
});

/** What is wider than the paper or the screen, but for what scrolls on its own. */
const cutOff = `[...document.querySelectorAll('body *')].filter(each => {
  const box = each.getBoundingClientRect();
  return box.width > 0 && box.right > document.documentElement.clientWidth + 1 && !each.closest('.scroll') && !each.closest('details');
}).map(each => each.outerHTML.slice(0, 80))`;

test.each([400, 1400])('nothing is cut off on a screen of %i px', async width => {
  const { page } = await open(url, { viewport: { width, height: 900 } });
  expect(await page.evaluate(cutOff)).toEqual([]);
});

test('nothing is cut off in print, and each page says that it is rehearsed', async () => {
  // A4 without its margins, in CSS pixels.
  const { page } = await open(url, { viewport: { width: 703, height: 1000 } });
  await page.emulateMedia({ media: 'print' });
  expect(await page.evaluate(cutOff.replace(`!each.closest('.scroll') && `, ''))).toEqual([]);
  const margins: unknown = await page.evaluate(
    '[...document.styleSheets[0].cssRules].filter(rule => rule instanceof CSSPageRule).map(rule => rule.cssText).join()',
  );
  expect(margins).toContain('Rehearsed, not real');
  expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
});

test('the numbers are those of the rehearsal', async () => {
  const { page } = await open(write('lost', renderPage(sample({ withoutLink: 700 }))));
  const figures = await page.locator('.figures dd').allTextContents();
  // The change takes 4 s and the worst rollback 3 s.
  expect(figures).toEqual(['7 s', '4 s', '2', '2', '0.7 s']);
  expect(await rowOf(page, '#traffic', 'office-1')).toEqual(['0.7 s', '91 s', '0 %']);
  expect(await rowOf(page, '#traffic', 'office-2')).toEqual(['0 s', '0 s', '50 %']);
});

const rowOf = (page: Page, section: string, name: string) =>
  page.locator(`${section} tr`, { hasText: name }).locator('td').allTextContents();

test('the same rehearsal gives the same bytes', () => {
  expect(renderPage(sample())).toBe(renderPage(JSON.parse(JSON.stringify(sample()))));
});

test('it stays small: below 300 KiB for 4 links, below 2 MiB for 100 LAGs', () => {
  expect(Buffer.byteLength(renderPage(sample()))).toBeLessThan(300 * 1024);
  expect(Buffer.byteLength(renderPage(sample({ lags: 100 })))).toBeLessThan(2 * 1024 * 1024);
});
