/** The segments of a JSON pointer: `/members/users` → `['members', 'users']`. */
export function pointerPath(pointer: string): readonly string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The path as a user writes it in `ignoreChanges` and `--send`: `members.users`. */
export function dottedPath(pointer: string): string {
  return pointerPath(pointer).join('.');
}

/** The pointer of a member below `pointer`. */
export function childPointer(pointer: string, key: string | number): string {
  const segment = String(key);
  return /[~/]/.test(segment)
    ? `${pointer}/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`
    : `${pointer}/${segment}`;
}
