import { basename } from 'node:path';

/** The name of a new stack in a directory: of what a name may hold. */
export function stackName(path: string): string {
  const name = basename(path)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '');
  return name === '' ? 'stack' : name;
}
