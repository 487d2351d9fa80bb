import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names of the files that an import writes besides manifests. */
export const ENV_EXAMPLE = '.env.example';
const GIT_IGNORE = '.gitignore';

/** Writes manifests; one that is there is overwritten only where that was asked for. */
export function writeManifests(
  directory: string,
  files: ReadonlyMap<string, string>,
  force: boolean,
): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of files) {
    writeFileSync(join(directory, name), text, { flag: force ? 'w' : 'wx' });
  }
}

/**
 * Adds the variables that the file does not name yet, without values. True when the file was
 * changed.
 */
export function addVariables(directory: string, variables: ReadonlyMap<string, string>): boolean {
  const path = join(directory, ENV_EXAMPLE);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const known = new Set(before.split('\n').map((line) => line.split('=')[0]?.trim()));
  const lines = [...variables].flatMap(([name, field]) =>
    known.has(name) ? [] : [`# ${field}`, `${name}=`],
  );
  if (lines.length === 0) return false;
  const intro =
    '# Secrets that the manifests take from the environment. Copy it to .env, which Git ignores.\n';
  writeFileSync(path, `${before === '' ? intro : ended(before)}${lines.join('\n')}\n`);
  return true;
}

/** Keeps these out of Git; true when the file was changed. */
export function ignore(directory: string, names: readonly string[]): boolean {
  const path = join(directory, GIT_IGNORE);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const known = new Set(before.split('\n').map((line) => line.trim()));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length === 0) return false;
  writeFileSync(path, `${ended(before)}${missing.map((name) => `${name}\n`).join('')}`);
  return true;
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
