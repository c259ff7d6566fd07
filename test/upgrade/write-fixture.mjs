import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

// Writes what the present release deploys, for the upgrade test of the releases to come: a cloud assembly, handler included.
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const folder = `test/upgrade/releases/${version}`;
rmSync(folder, { recursive: true, force: true });
execFileSync(process.execPath, ['--import', 'tsx', 'test/upgrade/app.ts'], {
  // No stack traces: they hold the paths of this machine.
  env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: '{ "aws:cdk:disable-stack-trace": true }' },
  stdio: 'inherit',
});

// Reports for people, which the CLI does not need.
for (const file of readdirSync(folder)) {
  if (/^(tree|validation-report|.*\.metadata)\.json$/.test(file)) rmSync(`${folder}/${file}`);
}
const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8'));
const { Upgrade, 'Upgrade.assets': assets } = manifest.artifacts;
delete Upgrade.additionalMetadataFile;
manifest.artifacts = { 'Upgrade.assets': assets, Upgrade };
writeFileSync(`${folder}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
