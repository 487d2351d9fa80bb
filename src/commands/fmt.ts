import { statSync, writeFileSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { TrueupError } from '../core/errors.ts';
import { formatManifest } from '../manifest/format-manifest.ts';
import { parseYaml } from '../manifest/parse-yaml.ts';
import { readStackFiles } from '../manifest/read-stack-files.ts';
import { Reporter } from '../manifest/reporter.ts';
import { namedFiles } from '../manifest/secret-source.ts';
import { kindTable, PROVIDERS } from '../providers/registry.ts';
import { text } from '../views/sanitize.ts';
import type { CommandIo, Ending, Endings } from './command-io.ts';
import type { StackFlags } from './flags.ts';
import { createReporting } from './reporting.ts';

export interface FmtFlags extends StackFlags {
  readonly check?: boolean;
}

/** A file to format. */
interface Source {
  /** As it is told. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/**
 * `trueup fmt [DIR|FILES]`: brings manifests into canonical form; `--check` only tells which are
 * not. Prints the names of those files.
 */
export async function runFmt(
  io: CommandIo,
  targets: readonly string[],
  flags: FmtFlags,
): Promise<Endings> {
  const reporting = createReporting(io, flags, 'other');
  const kinds = kindTable(PROVIDERS);
  const endings = new Set<Ending>();
  const tell = (...diagnostics: readonly Diagnostic[]): void => {
    reporting.diagnostics(diagnostics);
    if (diagnostics.some(({ severity }) => severity === 'error')) endings.add('error');
  };
  const given = targets.length === 0 ? ['.'] : targets;
  for (const source of await sourcesOf(io, given, tell)) {
    const result = formatManifest(source.name, source.text, kinds);
    if (result.type === 'invalid') tell(...result.diagnostics);
    else if (result.type === 'unsafe') tell(leftAsItIs(source));
    else if (result.text !== source.text) {
      if (flags.check === true) endings.add('changes');
      else writeFileSync(source.path, result.text);
      reporting.result(`${text(source.name)}\n`);
    }
  }
  reporting.close();
  return endings;
}

function leftAsItIs({ name }: Source): Diagnostic {
  return {
    code: 'format-unsafe',
    severity: 'warning',
    message: `${name} is left as it is: formatted, it would mean something else or lose a comment`,
    position: { file: name, line: 1, column: 1 },
  };
}

async function sourcesOf(
  io: CommandIo,
  targets: readonly string[],
  tell: (...diagnostics: readonly Diagnostic[]) => void,
): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const target of targets) {
    const path = resolve(io.cwd, target);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw new TrueupError('stack-missing', `there is no '${target}'`);
    if (stats.isDirectory()) sources.push(...(await manifestsIn(io, path, tell)));
    else {
      const text = decoded(readFileSync(path));
      if (text === undefined) tell(notUtf8(target));
      else sources.push({ name: target, path, text });
    }
  }
  return sources;
}

/** Undefined for what is no UTF-8: written back, it would be something else. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function notUtf8(name: string): Diagnostic {
  return {
    code: 'yaml-not-utf8',
    severity: 'error',
    message: `${name} is not UTF-8 text`,
    position: { file: name, line: 1, column: 1 },
  };
}

/** The files of a stack, without those that it takes values from. */
async function manifestsIn(
  io: CommandIo,
  directory: string,
  tell: (...diagnostics: readonly Diagnostic[]) => void,
): Promise<readonly Source[]> {
  const { files, diagnostics } = await readStackFiles(directory);
  tell(...diagnostics);
  const named = new Set<string>();
  for (const [name, content] of files) {
    if (!content.includes('fromFile')) continue;
    const { documents } = parseYaml(name, content, { reporter: new Reporter() });
    for (const document of documents) namedFiles(document, named);
  }
  return [...files]
    .filter(([name]) => !named.has(name))
    .map(([name, content]) => {
      const path = join(directory, name);
      return { name: relative(io.cwd, path), path, text: content };
    });
}
