import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

export interface StartedBrowser {
  readonly browser: Browser;
  /** Closes it and removes what it unpacked. */
  stop(): Promise<void>;
}

/** Where Linux has a Chrome or Chromium, as a rule. */
const installed = ['/usr/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** The package has a Chromium for Linux on x64. It is an ES module, which tests here are not: hence the process. */
const unpack = `
  import chromium from '@sparticuz/chromium';
  const executablePath = await chromium.executablePath();
  console.log(JSON.stringify({ executablePath, libraries: process.env.LD_LIBRARY_PATH }));`;

/**
 * Starts a real Chrome or Chromium: the machine's own, or on Linux on x64 the one that a package brings.
 *
 * @param args of its command line
 * @throws Error where there is none
 */
export async function startChromium(args: readonly string[] = []): Promise<StartedBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'chromium-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    // Chromium's own sandbox is not to be had for root, nor much shared memory in most containers. Nothing else: the
    // arguments that the package proposes switch off what keeps origins apart.
    const browser = await chromium.launch({
      ...(await found(folder)),
      args: ['--no-sandbox', '--disable-dev-shm-usage', ...args],
    });
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

async function found(folder: string): Promise<LaunchOptions> {
  const own = installed.find(existsSync);
  if (own !== undefined) return { executablePath: own };
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' };
  // Only where it takes itself to be in Lambda does it unpack the libraries and fonts that a bare Linux lacks.
  const env = { ...process.env, TMPDIR: folder, HOME: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', unpack], {
    env,
    cwd: __dirname,
  });
  const { executablePath, libraries }: { executablePath: string; libraries: string } = JSON.parse(stdout);
  // Its own list of font folders has that of Lambda alone.
  const fonts = join(folder, 'fonts.conf');
  const folders = ['/usr/share/fonts', join(folder, 'fonts', 'fonts')].map(each => `<dir>${each}</dir>`);
  await writeFile(fonts, `<fontconfig>${folders.join('')}<cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`);
  return { executablePath, env: { ...env, FONTCONFIG_FILE: fonts, LD_LIBRARY_PATH: libraries } };
}
