import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { globPattern } from './glob.ts';
import { includesOf } from './parse-stack.ts';
import { parseYaml } from './parse-yaml.ts';
import { Reporter } from './reporter.ts';
import { isInside } from './source-reader.ts';

/** Largest manifest that is read. */
const BYTES_MAX = 10 * 1024 * 1024;
/** Folders that `include` may lead through, one below the other. */
const DEPTH_MAX = 20;
/** Files and folders looked at for `include`. */
const ENTRIES_MAX = 100_000;
/** Files read at the same time. */
const READS_MAX = 16;

export interface StackFiles {
  /** Texts by path relative to the stack, in the order of their names. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that could not be read. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the candidate files of a stack: the `*.yaml` and `*.yml` directly in it, those in
 * `environments/`, and what `include` in trueup.yaml matches. Names that start with `.` or `_` are
 * left out. Nothing outside of the directory is read, symbolic links followed. Never throws for
 * what is in the directory; a directory that is missing gives no files.
 */
export async function readStackFiles(directory: string): Promise<StackFiles> {
  const root = await realpath(directory).catch(() => undefined);
  if (root === undefined) return { files: new Map(), diagnostics: [] };
  const names = new Set(await manifestsIn(root, ''));
  for (const name of await manifestsIn(root, 'environments')) names.add(name);
  const diagnostics: Diagnostic[] = [];
  for (const name of await includedIn(root)) names.add(name);
  const ordered = [...names].toSorted();
  const texts = new Map<string, string>();
  for (let at = 0; at < ordered.length; at += READS_MAX) {
    const batch = ordered.slice(at, at + READS_MAX);
    const read = await Promise.all(batch.map((name) => readManifest(root, name)));
    for (const [index, result] of read.entries()) {
      const name = batch[index] ?? '';
      if (typeof result === 'string') texts.set(name, result);
      else diagnostics.push(result);
    }
  }
  return { files: texts, diagnostics };
}

/** Reads files of variables named on the command line; paths may lie anywhere. */
export async function readVariableFiles(paths: readonly string[]): Promise<{
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly diagnostics: readonly Diagnostic[];
}> {
  const read = await Promise.all(
    // What is named on the command line may be a pipe: `--var-file <(decrypt vars.yaml)`.
    paths.map(async (path) => ({ path, result: await readText(path, path, true) })),
  );
  const files: { name: string; text: string }[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { path, result } of read) {
    if (typeof result === 'string') files.push({ name: path, text: result });
    else diagnostics.push(result);
  }
  return { files, diagnostics };
}

function isManifestName(name: string): boolean {
  return /\.ya?ml$/.test(name) && !/^[._]/.test(name);
}

async function manifestsIn(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && isManifestName(entry.name))
    .map((entry) => (folder === '' ? entry.name : `${folder}/${entry.name}`));
}

/** Files that the globs of `include` match; a glob that matches none is reported by loadStack. */
async function includedIn(root: string): Promise<readonly string[]> {
  const text = await readManifest(root, 'trueup.yaml');
  if (typeof text !== 'string' || !text.includes('include')) return [];
  const { documents } = parseYaml('trueup.yaml', text, { reporter: new Reporter() });
  const patterns = includesOf(documents)
    .map((node) => (node.kind === 'scalar' ? globPattern(String(node.value)) : undefined))
    .filter((pattern) => pattern !== undefined);
  if (patterns.length === 0) return [];
  const names = await walk(root);
  return names.filter((name) => patterns.some((pattern) => pattern.test(name)));
}

async function walk(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const folders: { readonly name: string; readonly depth: number }[] = [{ name: '', depth: 0 }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(join(root, folder.name), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (/^[._]/.test(entry.name) || entry.name === 'node_modules') continue;
      const name = folder.name === '' ? entry.name : `${folder.name}/${entry.name}`;
      if (name === 'environments' || found.length >= ENTRIES_MAX) continue;
      if (!entry.isDirectory()) found.push(name);
      else if (folder.depth < DEPTH_MAX) folders.push({ name, depth: folder.depth + 1 });
    }
  }
  return found;
}

async function readManifest(root: string, name: string): Promise<string | Diagnostic> {
  const real = await realpath(join(root, name)).catch(() => undefined);
  if (real !== undefined && !isInside(root, real)) {
    return problem('file-outside-stack', name, 'leads out of the stack through a symbolic link');
  }
  return readText(real ?? join(root, name), name);
}

async function readText(path: string, name: string, pipes = false): Promise<string | Diagnostic> {
  try {
    const stats = await stat(path);
    // Reading a pipe could wait forever.
    if (!stats.isFile() && !(pipes && stats.isFIFO())) {
      return problem('file-unreadable', name, 'is not a file');
    }
    const bytes = stats.size > BYTES_MAX ? undefined : await readFile(path);
    if (bytes === undefined || bytes.length > BYTES_MAX) {
      return problem('yaml-too-large', name, 'is larger than 10 MiB');
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return problem('yaml-not-utf8', name, 'is not UTF-8 text');
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return problem('file-unreadable', name, `cannot be read (${code})`);
  }
}

function problem(code: Diagnostic['code'], name: string, what: string): Diagnostic {
  return {
    code,
    severity: 'error',
    message: `${basename(name)} ${what}`,
    position: { file: name, line: 1, column: 1 },
  };
}
