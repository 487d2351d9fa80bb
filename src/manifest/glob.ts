/**
 * A glob over paths with `/`: `*` within a name, `**` over folders, `?` one character. Undefined
 * for a pattern that is absolute or leaves the stack.
 */
export function globPattern(glob: string): RegExp | undefined {
  const parts = glob.replace(/^\.\//, '').split('/');
  if (glob.startsWith('/') || parts.includes('..') || parts.includes('')) return undefined;
  const last = parts.length - 1;
  const source = parts.map((part, index) => {
    if (part === '**') return index === last ? '.*' : '(?:[^/]+/)*';
    return partSource(part) + (index === last ? '' : '/');
  });
  return new RegExp(`^${source.join('')}$`);
}

function partSource(part: string): string {
  return part
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '[^/]*')
    .replaceAll('?', '[^/]');
}
