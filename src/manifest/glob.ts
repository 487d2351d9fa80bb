/** A pattern over paths. */
export interface Glob {
  test(path: string): boolean;
}

/**
 * A glob over paths with `/`: `*` within a name, `**` over folders, `?` one character. Undefined
 * for a pattern that is absolute or leaves the stack. Its time grows with the pattern times the
 * path, whatever they hold: no regular expression is made of it.
 */
export function globPattern(glob: string): Glob | undefined {
  const parts = glob.replace(/^\.\//, '').split('/');
  if (glob.startsWith('/') || parts.includes('..') || parts.includes('')) return undefined;
  // `a/**` is what lies below a: at least one name.
  const patterns = parts.at(-1) === '**' ? [...parts, '*'] : parts;
  return { test: (path) => matches(patterns, path.split('/'), '**', matchesName) };
}

function matchesName(part: string, name: string): boolean {
  return matches(Array.from(part), Array.from(name), '*', (one, other) => {
    return one === '?' || one === other;
  });
}

/**
 * Whether a row of items fits a row of patterns, of which `star` stands for any number of items.
 * When an item does not fit, only the last such pattern can take one more: no other way back is
 * ever needed.
 */
function matches(
  patterns: readonly string[],
  items: readonly string[],
  star: string,
  fits: (pattern: string, item: string) => boolean,
): boolean {
  let [at, next] = [0, 0];
  let last: { readonly at: number; next: number } | undefined;
  while (next < items.length) {
    const pattern = patterns[at];
    const item = items[next] ?? '';
    if (pattern === star) {
      last = { at, next };
      at += 1;
    } else if (pattern !== undefined && fits(pattern, item)) {
      at += 1;
      next += 1;
    } else if (last === undefined) return false;
    else {
      last.next += 1;
      next = last.next;
      at = last.at + 1;
    }
  }
  return patterns.slice(at).every((pattern) => pattern === star);
}
