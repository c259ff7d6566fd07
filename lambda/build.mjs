import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { noticesOf } from './notices.mjs';

const BUNDLE = 'dist/handler/index.js';
const NOTICES = 'dist/handler/THIRD-PARTY-NOTICES.txt';

const { warnings, outputFiles, metafile } = await build({
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
  metafile: true,
  // What the licences ask for is in a file of its own.
  legalComments: 'none',
  logLevel: 'warning',
});
// A warning about the code that will take links down is an error.
if (warnings.length > 0) process.exit(1);

// A file that is as it was is left alone: another synth may be reading it.
function write(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync('dist/handler', { recursive: true });
  writeFileSync(file, text);
}

write(BUNDLE, outputFiles[0].text);
write(NOTICES, noticesOf(metafile.outputs[BUNDLE]));
