import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * The relative links of all Markdown files in a folder that lead nowhere in that folder: to no file, or to no heading or anchor of
 * one. Addresses with a scheme are not looked at.
 *
 * @returns `<file>: <link>` for each, below the number of links that were looked at
 */
export function deadLinks(root: string): { readonly looked: number; readonly dead: readonly string[] } {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    file => file.endsWith('.md') && !file.split('/').includes('node_modules'),
  );
  const links = files.flatMap(file => linksOf(join(root, file)).map(link => ({ file, link })));
  const dead = links.filter(({ file, link }) => !leadsSomewhere(root, join(root, file), link));
  return { looked: links.length, dead: dead.map(({ file, link }) => `${file}: ${link}`) };
}

function linksOf(file: string): readonly string[] {
  const text = withoutCode(readFileSync(file, 'utf8'));
  return [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|<(?:a|img)\b[^>]*?\b(?:href|src)="([^"]+)"/g)]
    .map(([, inMarkdown, inHtml]) => inMarkdown ?? inHtml ?? '')
    .filter(link => !/^[a-z][a-z0-9+.-]*:/i.test(link));
}

function leadsSomewhere(root: string, from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? from : join(dirname(from), decodeURIComponent(path));
  if (relative(root, target).startsWith('..') || !existsSync(target)) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(target).has(decodeURIComponent(anchor));
}

/** Of headings as GitHub makes them, and those that the text has itself. */
function anchorsOf(file: string): ReadonlySet<string> {
  const text = readFileSync(file, 'utf8');
  const tags = [...text.matchAll(/<[a-z]+\b[^>]*>/g)].map(([tag]) => tag).join('');
  const own = [...tags.matchAll(/\b(?:id|name)\s*=\s*"([^"]+)"/g)].map(([, name = '']) => name);
  const anchors = new Set(own);
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const words = heading.replace(/<[^>]*>/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const slug = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const many = [...Array(100).keys()].map(index => (index === 0 ? slug : `${slug}-${index}`));
    const free = many.find(one => !anchors.has(one));
    if (free !== undefined) anchors.add(free);
  }
  return anchors;
}

const withoutCode = (text: string) =>
  text.replace(/^(```|~~~).*?^\1/gms, '').replace(/`[^`\n]*`/g, code => code.replace(/[[\]()<>]/g, ''));
