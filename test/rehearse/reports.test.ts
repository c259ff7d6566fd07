import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import type { Page } from 'playwright-core';
import { validateXML } from 'xmllint-wasm';
import { junit } from '../../sandbox/rehearse/junit';
import { markdown } from '../../sandbox/rehearse/markdown';
import type { Rehearsal } from '../../sandbox/rehearse/rehearsal';
import { type StartedBrowser, startChromium } from '../../sandbox/test/chromium';
import { sample, sampleRun } from './sample';

jest.setTimeout(120_000);

let chromium: StartedBrowser;
beforeAll(async () => {
  chromium = await startChromium();
});
afterAll(() => chromium?.stop());

const hostile = [
  '</script><img src=x onerror="document.title=1"><b>bold</b>',
  '| cell | <i>&lt;i&gt;</i> `code` **strong** ~~gone~~ [link](javascript:1) ![image](https://a.example/b.png)',
  'https://a.example www.a.example @somebody #1 a@b.example <https://a.example>',
];

/** With every name of a link, a LAG and an interface, and a reason of CloudFormation's, hostile. */
function hostileSample(): Rehearsal {
  const run = sampleRun({ withoutLink: 700 });
  const nameOf = (index: number) => hostile[index % hostile.length] ?? '';
  const renamed = <T extends { readonly name: string }>(lanes: readonly T[]): T[] =>
    lanes.map((lane, index) => ({ ...lane, name: nameOf(index) }));
  const change = {
    ...run,
    links: renamed(run.links),
    lags: renamed(run.lags),
    interfaces: [...renamed(run.interfaces), { id: 'dxvif-3', name: nameOf(2), steps: run.interfaces[1]?.steps ?? [] }],
  };
  const failed = { ...run, name: `${nameOf(0)} fails`, exitCode: 1 };
  return { ...sample(), change: { ...change, exitCode: 1, printed: [hostile.join(' ')] }, failures: [failed] };
}

describe('the Markdown', () => {
  /** As HTML in a browser, by GitHub's flavour of Markdown, with all that its sanitizer would take away. */
  async function render(text: string): Promise<Page> {
    const page = await chromium.browser.newPage();
    await page.addScriptTag({ path: join(dirname(require.resolve('marked/package.json')), 'lib', 'marked.umd.js') });
    await page.evaluate(`document.body.innerHTML = marked.parse(${JSON.stringify(text)}, { gfm: true })`);
    return page;
  }

  test('says the verdict, the findings, the traffic and what happens if it fails', async () => {
    const page = await render(markdown(sample({ withoutLink: 700 })));
    expect(await page.textContent('h2')).toBe('⛔ Rehearsal: no-go');
    expect(await page.locator('h3').allTextContents()).toEqual(['Findings', 'Traffic', 'If it fails', 'Writes']);
    const rows = await page.locator('tbody tr').all();
    expect(await Promise.all(rows.map(row => row.locator('td').allTextContents()))).toEqual([
      ['office-1 (dxvif-00000001)', '0.7 s', '91 s'],
      ['office-2 (dxvif-00000002)', '0 s', '0 s'],
      ['AssociateConnectionWithLag fails: dxcon-00000002, dxlag-00000001', '3 s', 'as it began'],
    ]);
    expect(await page.locator('ul').first().locator('li').first().textContent()).toBe(
      'blocker: The virtual interface office-1 (dxvif-00000001) has no link for 0.7 s.',
    );
  });

  test('has names as text, whatever they say: no markup, no link, nobody is told', async () => {
    const page = await render(markdown(hostileSample()));
    const elements = await page
      .locator('body *')
      .evaluateAll(all => [...new Set(all.map(each => each.localName))].sort());
    expect(elements).toEqual([
      'em',
      'h2',
      'h3',
      'li',
      'p',
      'strong',
      'table',
      'tbody',
      'td',
      'th',
      'thead',
      'tr',
      'ul',
    ]);
    expect(await page.title()).toBe('');
    for (const table of await page.locator('table').all()) {
      const widths = await table.locator('tr').evaluateAll(rows => rows.map(row => row.childElementCount));
      expect(new Set(widths)).toEqual(new Set([3]));
    }
    const names = (await page.locator('tbody td:first-child').allTextContents()).map(text =>
      text.replaceAll('\u200b', ''),
    );
    expect(names).toEqual([
      `${hostile[0]} (dxvif-00000001)`,
      `${hostile[1]} (dxvif-00000002)`,
      `${hostile[2]} (dxvif-3)`,
      `${hostile[0]} fails`,
    ]);
    expect(await page.textContent('body')).not.toMatch(/@somebody|#1|https:\/\/|www\.|a@b/);
  });

  test('stays below the limit of a comment, counts what it leaves out, and is whole where it ends', async () => {
    const text = markdown(sample({ lags: 2_000 }));
    expect(text.length).toBeLessThan(65_536);
    const page = await render(text);
    expect(await page.locator('p').allTextContents()).toContainEqual(
      expect.stringMatching(/^\d+ more lines are on the page\.$/),
    );
    expect(await page.locator('p').last().textContent()).toContain('template aaaaaaaaaaaa');
  });

  test('has no table where there is nothing to say', () => {
    expect(markdown({ ...sample(), failures: [] })).not.toContain('If it fails');
  });
});

describe('the JUnit', () => {
  const schema = { fileName: 'junit.xsd', contents: readFileSync(join(__dirname, 'junit.xsd'), 'utf8') };
  const problemsOf = async (contents: string) =>
    (await validateXML({ xml: { fileName: 'junit.xml', contents }, schema })).errors.map(({ message }) => message);

  test.each([
    ['of a go', () => sample()],
    ['of a no-go', () => sample({ withoutLink: 700 })],
    ['with hostile names', hostileSample],
    [
      'with characters that XML has not',
      () => sample({ failures: [{ ...sampleRun(), name: '\u0001 \u001b[1m \ud800 fails' }] }),
    ],
    ['of a first deployment that cannot fail', () => ({ ...sample(), deployed: undefined, failures: [] })],
  ])('%s is what pipelines read', async (_what, rehearsal) => {
    const { deployed, ...rest } = rehearsal();
    expect(await problemsOf(junit({ ...rest, ...(deployed && { deployed }) }))).toEqual([]);
  });

  test.each([
    [' tests="3"', ''],
    ['<testcase ', '<testcase colour="red" '],
    ['</testsuite>', '<verdict/></testsuite>'],
  ])('is found out where it is not: %j in place of %j', async (right, wrong) => {
    const xml = junit(sample());
    expect(xml).toContain(right);
    expect(await problemsOf(xml.replace(right, wrong))).not.toEqual([]);
  });

  test('counts its cases, and fails where the verdict does', () => {
    const xml = junit(sample({ withoutLink: 700, connectionName: '<&"' }));
    const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(xml);
    const cases: { '@_name': string; failure?: object }[] = testsuites.testsuite.testcase;
    expect(cases).toHaveLength(Number(testsuites['@_tests']));
    expect(cases.filter(({ failure }) => failure !== undefined).map(each => each['@_name'])).toEqual(['the change']);
    expect(testsuites['@_failures']).toBe('1');
  });
});
