import { build } from 'esbuild';

// A warning about the code that will take links down is an error.
const { warnings } = await build({
  entryPoints: ['lambda/index.ts'],
  outfile: 'dist/handler/index.js',
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
if (warnings.length > 0) process.exit(1);
