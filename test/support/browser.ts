import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Where a Chrome or Chromium is installed, as a rule. */
const installed = ['/usr/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** The package is an ES module, and reads the environment when it is loaded: it is asked in a process of its own. */
const unpack = `
import('@sparticuz/chromium').then(async ({ default: packed }) => {
  const executablePath = await packed.executablePath();
  console.log(JSON.stringify({ executablePath, args: packed.args, libraries: process.env.LD_LIBRARY_PATH }));
});`;

/**
 * A browser of the machine's own; without one, on Linux, the one that comes as an npm package, unpacked into a folder.
 *
 * @param folder where it is unpacked and keeps its files
 */
export async function launchBrowser(folder: string): Promise<Browser> {
  const own = installed.find(existsSync);
  if (own !== undefined) return chromium.launch({ executablePath: own });
  if (process.platform !== 'linux') return chromium.launch({ channel: 'chrome' });
  // It unpacks its shared libraries only for Lambda.
  const env = { ...process.env, TMPDIR: folder, HOME: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  const { executablePath, args, libraries } = JSON.parse(
    execFileSync(process.execPath, ['-e', unpack], { env }).toString(),
  );
  // Its own list of font folders has that of Lambda alone.
  const fonts = join(folder, 'fonts.conf');
  const folders = ['/usr/share/fonts', join(folder, 'fonts', 'fonts')].map(each => `<dir>${each}</dir>`);
  writeFileSync(fonts, `<fontconfig>${folders.join('')}<cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`);
  return chromium.launch({ executablePath, args, env: { ...env, FONTCONFIG_FILE: fonts, LD_LIBRARY_PATH: libraries } });
}
