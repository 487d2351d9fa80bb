import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../_helpers/cli.ts';

/** A page of the project. */
export interface Page {
  /** From the checkout. */
  readonly name: string;
  readonly text: string;
}

const FOLDERS = ['docs', 'examples', 'bench', 'action', '.github'];

/** Every Markdown file that people read. */
export function allPages(): readonly Page[] {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'));
  const below = FOLDERS.flatMap((folder) => markdownBelow(join(root, folder)));
  return [...top, ...below].map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
}

function markdownBelow(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  } catch {
    return [];
  }
}

/** A fenced block: what stands behind the fence, and its lines. */
export interface Block {
  readonly language: string;
  readonly info: string;
  readonly text: string;
}

export function blocksOf({ text }: Page): readonly Block[] {
  return [...text.matchAll(/^```(\w*)[ ]?(.*)\n([\s\S]*?)^```$/gm)].map((found) => {
    const [, language = '', info = '', inside = ''] = found;
    return { language, info, text: inside };
  });
}

/** The page without its fenced blocks. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** Anchors of the headings, as GitHub makes them. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(page).matchAll(/^#{1,6} +(.+)$/gm)) {
    const words = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}
