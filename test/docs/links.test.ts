import { existsSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../_helpers/cli.ts';
import { allPages, anchorsOf, proseOf, type Page } from './_pages.ts';

const pages = allPages();
const byName = new Map(pages.map((page) => [page.name, page]));

function linksOf(page: Page): readonly string[] {
  const prose = proseOf(page).replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?\)/g)].map(([, link = '']) => link);
}

function isBroken(page: Page, link: string): boolean {
  if (/^(?:https?:|mailto:)/.test(link)) return false;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page.name : normalize(join(dirname(page.name), path));
  if (target.startsWith('..') || !existsSync(join(root, target))) return true;
  if (anchor === undefined) return false;
  const other = byName.get(relative('', target));
  return other === undefined || !anchorsOf(other).has(anchor);
}

describe('links', () => {
  it('are found', () => {
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(50);
    const page = { name: 'docs/x.md', text: '# A `b` & c\n[x](#a-b--c) [y](y.md) [z](#z)' };
    byName.set(page.name, page);
    expect(linksOf(page)).toEqual(['#a-b--c', 'y.md', '#z']);
    expect([...anchorsOf(page)]).toEqual(['a-b--c']);
    expect([isBroken(page, 'y.md'), isBroken({ ...page, name: 'README.md' }, 'docs')]).toEqual([
      true,
      false,
    ]);
  });

  it.each(pages.map((page) => [page.name, page] as const))('of %s lead somewhere', (_, page) => {
    expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
  });

  it('lead to every page of docs/ from another page', () => {
    const reached = new Set(
      pages.flatMap((page) =>
        linksOf(page).map((link) => normalize(join(dirname(page.name), link.split('#')[0] ?? ''))),
      ),
    );
    const lost = pages.filter(({ name }) => /^docs\/(?!decisions\/|README)/.test(name));
    expect(lost.map(({ name }) => name).filter((name) => !reached.has(name))).toEqual([]);
  });
});
