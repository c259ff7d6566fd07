import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const INTRODUCTION = `The handler, index.js, contains code of the packages below, each under the licence that follows its name.
`;

/**
 * What the licences of bundled packages ask for: each package, and the text that it comes with.
 *
 * @param {import('esbuild').Metafile['outputs'][string]} output of esbuild's metafile
 * @returns {string} a text, the same for the same packages
 * @throws {Error} for a package under a licence whose text none of them has
 */
export function noticesOf({ inputs }) {
  const contained = Object.keys(inputs).filter(input => inputs[input].bytesInOutput > 0);
  const folders = contained.flatMap(input => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
  const packages = [...new Set(folders)].sort().map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = readdirSync(folder).filter(file => /^(licen[cs]e|notice)/i.test(file));
    const text = files.map(file => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    return { title: `${name} ${version}, ${license}`, license, text };
  });
  // Some packages name their licence and forget its text.
  const texts = new Map(packages.filter(({ text }) => text !== '').map(({ license, text }) => [license, text]));
  const sections = new Map();
  for (const { title, license, text } of packages) {
    const own = text || texts.get(license);
    if (own === undefined)
      throw new Error(`${title}, is in the handler, and no package in it has the text of ${license}.`);
    sections.set(own, [...(sections.get(own) ?? []), title]);
  }
  const line = '-'.repeat(80);
  return [INTRODUCTION, ...[...sections].map(([text, titles]) => `${titles.join('\n')}\n\n${text}\n`)].join(
    `${line}\n`,
  );
}
