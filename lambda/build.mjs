import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const BUNDLE = 'dist/handler/index.js';

const { warnings, outputFiles } = await build({
  entryPoints: ['lambda/index.ts'],
  outfile: BUNDLE,
  write: false,
  bundle: true,
  minify: true,
  treeShaking: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
});
// A warning about the code that will take links down is an error.
if (warnings.length > 0) process.exit(1);

const [bundle] = outputFiles;
// A bundle that is as it was is left alone: another synth may be reading it.
if (!existsSync(BUNDLE) || readFileSync(BUNDLE, 'utf8') !== bundle.text) {
  mkdirSync('dist/handler', { recursive: true });
  writeFileSync(BUNDLE, bundle.contents);
}
