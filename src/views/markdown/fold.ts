import { blockBytes, bytesOf, diffBlock } from './text.ts';

/** One thing of a section: all of its lines, and one line in their place. */
export interface Row {
  /** Asked for only where there may be room for it. */
  readonly full: () => readonly string[];
  readonly brief: string;
}

/** A folded part: what stands on the fold, and what is under it. */
export interface Section {
  /** HTML, safe to print. */
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface Folded {
  readonly markdown: string;
  /** Rows shown in one line, and rows not shown at all. */
  readonly shortened: number;
  readonly omitted: number;
}

/** Room for the line that counts what is not shown. */
const REST_BYTES = 40;
const FRAME = `<details><summary></summary>\n\n\n</details>\n\n`;

/**
 * The sections under their folds, in `bytesMax` together. A section that needs less than its share
 * leaves the rest to the others; one that does not fit shows rows in one line each, then fewer.
 */
export function foldSections(sections: readonly Section[], bytesMax: number): Folded[] {
  const sizes = sections.map((section) => briefBytes(section));
  const bySize = [...sections.keys()].toSorted((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0));
  const folded = new Map<number, Folded>();
  let left = bytesMax;
  for (const [done, index] of bySize.entries()) {
    const section = sections[index];
    if (section === undefined) continue;
    const share = Math.floor(left / (bySize.length - done));
    const one = foldSection(section, share);
    left -= bytesOf(one.markdown);
    folded.set(index, one);
  }
  return [...sections.keys()].flatMap((index) => folded.get(index) ?? []);
}

/** What a section takes at least, with all of its rows. */
function briefBytes({ rows }: Section): number {
  return rows.reduce((sum, row) => sum + lineBytes(row.brief), 0);
}

function foldSection(section: Section, bytesMax: number): Folded {
  const { rows, title } = section;
  const briefs = rows.map((row) => row.brief);
  const room = bytesMax - frameBytes(section, briefs);
  const shown = shownBriefly(rows, room);
  const omitted = rows.length - shown;
  if (shown === 0) {
    const empty = `<details><summary>${title} (not shown)</summary></details>\n\n`;
    return { markdown: bytesOf(empty) > bytesMax ? '' : empty, shortened: 0, omitted };
  }
  if (omitted > 0) {
    const lines = [...briefs.slice(0, shown), ` … and ${omitted} more`];
    return { markdown: frame(title, lines), shortened: shown, omitted };
  }
  const whole = rows.map((row) => row.full());
  const roomOfAll = bytesMax - frameBytes(section, [...briefs, ...whole.flat()]);
  const picked = expand(rows, whole, roomOfAll);
  return { markdown: frame(title, picked.lines), shortened: picked.shortened, omitted };
}

/** How many rows fit in one line each. */
function shownBriefly(rows: readonly Row[], room: number): number {
  const all = rows.reduce((sum, row) => sum + lineBytes(row.brief), 0);
  if (all <= room) return rows.length;
  let left = room - REST_BYTES;
  let shown = 0;
  for (const row of rows) {
    left -= lineBytes(row.brief);
    if (left < 0) break;
    shown += 1;
  }
  return shown;
}

/** All rows in one line each, and from the first on in full as far as there is room. */
function expand(
  rows: readonly Row[],
  whole: readonly (readonly string[])[],
  room: number,
): { lines: string[]; shortened: number } {
  let left = room - rows.reduce((sum, row) => sum + lineBytes(row.brief), 0);
  const lines: string[] = [];
  let shortened = 0;
  for (const [index, { brief }] of rows.entries()) {
    const full = whole[index] ?? [brief];
    const more = linesBytes(full) - lineBytes(brief);
    const fits = more <= left;
    if (fits) left -= more;
    else shortened += 1;
    for (const line of fits ? full : [brief]) lines.push(line);
  }
  return { lines, shortened };
}

function frame(title: string, lines: readonly string[]): string {
  const shown = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  return `<details><summary>${title}</summary>\n\n${diffBlock(shown)}\n</details>\n\n`;
}

function frameBytes(section: Section, lines: readonly string[]): number {
  return FRAME.length + bytesOf(section.title) + blockBytes(lines);
}

function linesBytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + lineBytes(line), 0);
}

/** With its line break. */
export function lineBytes(line: string): number {
  return bytesOf(line) + 1;
}
