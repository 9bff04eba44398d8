import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { ROOT } from './tree.js';

/** Links of a page to files and headings that are not there: in the project, or in another folder that has its pages. */
export function brokenLinks(file: string, page: string, root: string = ROOT): string[] {
  return linksOf(page).filter((link) => {
    if (/^[a-z][a-z+.-]*:/i.test(link)) return false;
    const [path, heading] = decodeURI(link).split('#') as [string, string?];
    if (path === '') return !anchorsOf(page).has(heading!);
    const target = posix.join(posix.dirname(file), path);
    if (path.startsWith('/') || target.startsWith('..') || !existsSync(root + target)) return true;
    if (heading === undefined) return false;
    if (target.endsWith('.md')) return !anchorsOf(readFileSync(root + target, 'utf8')).has(heading);
    return !/^L\d+(-L\d+)?$/.test(heading);
  });
}

/** Commands of a page that name a script or a file that is not there. */
export function brokenCommands(page: string, scripts: ReadonlySet<string>): string[] {
  const named = [...page.matchAll(/\bnpm (?:run(?:-script)? ([\w:.-]*\w)|(start|test)\b)/g)];
  const run = [...page.matchAll(/\b(?:bash|node|tsx) ((?:\.ci|bench|docs|src|test)\/[\w./-]*\w)/g)];
  return [
    ...named.filter(([, script, short]) => !scripts.has((script ?? short)!)).map(([command]) => command),
    ...run.filter(([, path]) => !existsSync(ROOT + path!)).map(([command]) => command),
  ];
}

function linksOf(page: string): string[] {
  const prose = withoutBlocks(page).replace(/(`+)(?:(?!\1)[\s\S])*?\1/g, '');
  return [
    ...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g), // [text](link), ![text](link "title")
    ...prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm), // [name]: link
    ...prose.matchAll(/<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)="([^"\s]+)/g),
  ].map(([, link]) => link!);
}

/** The names that GitHub gives to the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const [, title] of withoutBlocks(page).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const text = title!.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1');
    const name = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    anchors.add(times === 0 ? name : `${name}-${times}`);
  }
  for (const [, id] of page.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(id!);
  return anchors;
}

function withoutBlocks(page: string): string {
  return page.replace(/^( *)(`{3,}|~{3,})[\s\S]*?^\1\2`* *$/gm, '');
}
