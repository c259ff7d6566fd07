import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

export interface StartedBrowser {
  readonly browser: Browser;
  /** Closes it and removes what it unpacked. */
  stop(): Promise<void>;
}

/** The package has a Chromium for Linux on x64. It is an ES module, which tests here are not: hence the process. */
const unpack = `
  import chromium from '@sparticuz/chromium';
  const executablePath = await chromium.executablePath();
  const { LD_LIBRARY_PATH, FONTCONFIG_PATH } = process.env;
  console.log(JSON.stringify({ executablePath, env: { LD_LIBRARY_PATH, FONTCONFIG_PATH } }));`;

/**
 * Starts a real Chromium: the one that a package brings, or on other machines than Linux on x64 an installed Chrome.
 *
 * @param args of its command line
 * @throws Error where there is none
 */
export async function startChromium(args: readonly string[]): Promise<StartedBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'chromium-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const options =
      process.platform === 'linux' && process.arch === 'x64' ? await unpacked(folder) : { channel: 'chrome' };
    const browser = await chromium.launch({ ...options, args: [...(options.args ?? []), ...args] });
    return {
      browser,
      stop: async () => {
        await browser.close();
        await remove();
      },
    };
  } catch (cause) {
    await remove();
    const remedy = 'on Linux on x64 run npm ci again, elsewhere install Google Chrome';
    throw new Error(`No Chromium could be started, which this test cannot do without: ${remedy}`, { cause });
  }
}

async function unpacked(folder: string): Promise<LaunchOptions> {
  // Only where it takes itself to be in Lambda does it unpack the libraries that a bare Linux lacks.
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', unpack], {
    env,
    cwd: __dirname,
  });
  const found: LaunchOptions = JSON.parse(stdout);
  // Not with the arguments that the package proposes, which switch off what keeps origins apart. Chromium's own sandbox is
  // not to be had for root, nor much shared memory in most containers.
  return {
    ...found,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    env: { ...process.env, TMPDIR: folder, ...found.env },
  };
}
