import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk } from '../../rehearsal/cdk';
import { type Sandbox, startSandbox } from '../../sandbox/index';
import { moduleOf, ROOT, SNIPPET_TSCONFIG, type Snippet, snippets, TEXTS } from '../docs/snippets';

jest.setTimeout(240_000);

const makesMemberships = ({ code }: Snippet) => /new LagMemberships?\(/.test(code);
const deployable = TEXTS.flatMap(snippets).filter(makesMemberships);

let folder: string;
let sandbox: Sandbox;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guides-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(SNIPPET_TSCONFIG));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  sandbox = await startSandbox({ state: stateWithRoom(), transitionMilliseconds: 0 });
});
afterEach(() => sandbox.stop());

/** The guide to destroying a LAG has four members of a LAG that has one in the example. */
function stateWithRoom(): string {
  const state = JSON.parse(readFileSync(join(ROOT, 'sandbox', 'example-state.json'), 'utf8'));
  for (const connection of state.connections) if (connection.lagId === 'dxlag-fg1234aa') delete connection.lagId;
  for (const lag of state.lags) if (lag.lagId === 'dxlag-fg1234aa') lag.connections = [];
  return JSON.stringify(state);
}

test('there are guides to deploy', () => {
  expect(new Set(deployable.map(({ name }) => name.split('.')[1])).size).toBeGreaterThan(4);
});

test.each(deployable.map(snippet => [snippet.name, snippet] as const))(
  '%s deploys and is destroyed as written',
  async (name, snippet) => {
    const isApp = snippet.code.includes('new App()');
    const app = "\nimport { App as AppOfSnippet } from 'aws-cdk-lib';\nnew Snippet(new AppOfSnippet(), 'Network');\n";
    const own = join(folder, name.slice(0, -'.ts'.length));
    mkdirSync(own);
    writeFileSync(join(folder, name), isApp ? snippet.code : moduleOf(snippet, []) + app);
    writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: `node --import tsx ${name}` }));
    for (const command of [
      ['deploy', '--require-approval=never'],
      ['destroy', '--force'],
    ]) {
      const printed: string[] = [];
      const { environment } = sandbox;
      const print = (line: string) => printed.push(line);
      const code = await cdk([...command, '--all', '--no-notices'], { environment, app: folder, folder: own, print });
      expect({ command, code, printed: code === 0 ? [] : printed }).toEqual({ command, code: 0, printed: [] });
    }
    const { calls } = sandbox.services.directConnect;
    const done = calls.filter(call => call.error === undefined).map(call => call.operation);
    expect(done).toContain('AssociateConnectionWithLag');
  },
);
