import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = join(__dirname, '..', '..', 'node_modules');

export interface PackedSandbox {
  /** What its greeting says to export. */
  readonly environment: { readonly [name: string]: string };
  /** The LAG that a connection is in now, as the sandbox's own route says. */
  lagOf(connectionId: string): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * The sandbox as its tarball has it, started by its `bin` in a folder outside the repository. Its dependencies are this
 * checkout's, linked.
 */
export async function sandboxFrom(tarball: string, folder: string): Promise<PackedSandbox> {
  const place = join(folder, 'direct-connect-sandbox');
  mkdirSync(place, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', place, '--strip-components=1']);
  symlinkSync(MODULES, join(folder, 'node_modules'));
  const { bin } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));

  const program = join(place, bin['direct-connect-sandbox']);
  const options = ['--port', '0', '--transition', '0', '--state', join(place, 'example-state.json')];
  const child = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise<void>(resolve => child.on('close', () => resolve()));
  const greeting = await new Promise<string>((resolve, reject) => {
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('Ctrl+C')) resolve(said);
      });
    }
    child.on('close', code => reject(new Error(`The packed sandbox ended with ${code}:\n${said}`)));
  });

  const exports = [...greeting.matchAll(/^export (\w+)=(.*)$/gm)];
  const environment = Object.fromEntries(exports.map(([, name = '', value = '']) => [name, value]));
  return {
    environment,
    async lagOf(connectionId) {
      const response = await fetch(`${environment.AWS_ENDPOINT_URL}/_sandbox/state`);
      const { connections }: { connections: { connectionId: string; lagId?: string }[] } = JSON.parse(
        await response.text(),
      );
      return connections.find(connection => connection.connectionId === connectionId)?.lagId;
    },
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}
