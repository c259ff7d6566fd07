import { createServer, type Server } from 'node:http';
import type { Page } from 'playwright-core';
import { type Sandbox, startSandbox } from '../index';
import { type StartedBrowser, startChromium } from './chromium';

jest.setTimeout(120_000);

let sandbox: Sandbox;
let chromium: StartedBrowser;
let elsewhere: Server;
let port: number;

beforeAll(async () => {
  sandbox = await startSandbox();
  elsewhere = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<h1>a page</h1>'));
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve));
  const address = elsewhere.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port');
  port = address.port;
  chromium = await startChromium(['--host-resolver-rules=MAP page.example 127.0.0.1']);
});

afterAll(async () => {
  await chromium?.stop();
  await new Promise(resolve => elsewhere.close(resolve));
  await sandbox.stop();
});

/** A page, and the status of every answer that the sandbox gives while it is open. */
async function open(url: string): Promise<{ page: Page; statuses: number[] }> {
  const page = await chromium.browser.newPage();
  const statuses: number[] = [];
  page.on('response', response => {
    if (response.url().startsWith(sandbox.url)) statuses.push(response.status());
  });
  await page.goto(url);
  // An answer that the page may not read is none for it, but it was given.
  const network = await page.context().newCDPSession(page);
  network.on('Network.responseReceivedExtraInfo', ({ statusCode }) => statuses.push(statusCode));
  await network.send('Network.enable');
  return { page, statuses };
}

const fault = JSON.stringify('[{"operation":"*","error":"E"}]');
const createStack = JSON.stringify(
  `Action=CreateStack&StackName=S&TemplateBody=${encodeURIComponent('{"Resources":{}}')}`,
);
const scope = 'sandbox/20260101/eu-central-1/cloudformation/aws4_request';

/** What a script in a page can try; each gives what the page gets to see, `url` being the sandbox's. */
const scripts: readonly [string, string][] = [
  ['reads the state', "fetch(url + '/_sandbox/state').then(answer => answer.text())"],
  [
    'adds a fault with a POST that browsers send unasked',
    `fetch(url + '/_sandbox/faults', { method: 'POST', mode: 'no-cors', body: ${fault} }).then(seen)`,
  ],
  [
    'sends CreateStack with a POST that browsers send unasked',
    `fetch(url + '/?X-Amz-Credential=${scope}', { method: 'POST', mode: 'no-cors', body: ${createStack} }).then(seen)`,
  ],
  [
    'sends CreateStack with a signature of its own',
    `fetch(url, {
      method: 'POST',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0' },
      body: ${createStack},
    }).then(answer => answer.text())`,
  ],
  ...['script', 'img', 'iframe'].map((element): [string, string] => [
    `loads the state as ${element}`,
    `new Promise(resolve => {
      const element = document.createElement('${element}');
      element.onload = () => resolve(element.contentDocument?.body.textContent || undefined);
      element.onerror = () => resolve(undefined);
      element.src = url + '/_sandbox/state';
      document.body.append(element);
    })`,
  ]),
];

async function expectNothing(statuses: readonly number[]): Promise<void> {
  expect(statuses.length).toBeGreaterThan(0);
  expect(new Set(statuses)).toEqual(new Set([403]));
  const { directConnect, cloudFormation, sessions } = sandbox.services;
  expect(directConnect.faults.list()).toEqual([]);
  const caller = { ...sessions.administrator, region: sandbox.region };
  expect(await cloudFormation.call('DescribeStacks', {}, caller)).toMatchObject({ Stacks: [] });
}

describe.each([
  ['another site', () => `http://page.example:${port}`],
  ['another port of 127.0.0.1', () => `http://127.0.0.1:${port}`],
  ['another port of localhost', () => `http://localhost:${port}`],
])('a page of %s', (_where, url) => {
  test.each(scripts)('gets nothing, and changes nothing, when it %s', async (_what, script) => {
    const { page, statuses } = await open(url());
    const seen = `const url = ${JSON.stringify(sandbox.url)}; const seen = ({ status }) => status || undefined;`;
    const sees = page.evaluate(`(async () => { ${seen} return ${script}; })()`);
    expect(await sees.catch(() => undefined)).toBeUndefined();
    await expectNothing(statuses);
    await page.close();
  });

  test('shows its visitor nothing when it goes to the state', async () => {
    const { page, statuses } = await open(url());
    await page.evaluate(`location.href = '${sandbox.url}/_sandbox/state'`);
    await page.waitForURL(`${sandbox.url}/_sandbox/state`);
    expect(await page.textContent('body')).toContain('The sandbox answers no page');
    await expectNothing(statuses);
    await page.close();
  });
});

test('who types the address gets the state, and so does a script of the sandbox’s own origin', async () => {
  const { page, statuses } = await open(`${sandbox.url}/_sandbox/state`);
  expect(await page.textContent('body')).toContain('"connections"');
  const read = await page.evaluate("fetch('/_sandbox/state').then(answer => answer.text())");
  expect(read).toContain('"connections"');
  expect(new Set(statuses)).toEqual(new Set([200]));
});
