import type { KindTable } from '../core/kind.ts';
import { isOverlay } from './environment.ts';
import { globPattern } from './glob.ts';
import type { ParsedFile } from './parse-yaml.ts';
import { parseYaml } from './parse-yaml.ts';
import { Reporter } from './reporter.ts';
import { namedFiles } from './secret-source.ts';
import type { YamlNode } from './yaml-node.ts';

export interface ParsedStack {
  readonly base: readonly YamlNode[];
  /** Documents of the chosen environment. */
  readonly overlay: readonly YamlNode[];
  /** False when a file could not be read to its end. */
  readonly whole: boolean;
}

/**
 * Parses the candidate files and leaves out those that are no manifests: files that a manifest, or
 * the overlay of another environment, takes a value from. Mistakes in these are none of ours.
 */
export function parseStack(
  files: ReadonlyMap<string, string>,
  overlayFile: string | undefined,
  kinds: KindTable,
  reporter: Reporter,
): ParsedStack {
  const named = new Set<string>();
  const parsed: { readonly name: string; readonly file: ParsedFile; readonly own: Reporter }[] = [];
  const sensitiveNames = namesOfSensitiveFields(kinds);
  for (const [name, text] of files) {
    const isOther = isOverlay(name) && name !== overlayFile;
    const names = text.includes('fromFile');
    if (isOther && !names) continue;
    const own = new Reporter();
    const file = parseYaml(name, text, { reporter: own, sensitiveNames });
    if (names) for (const document of file.documents) namedFiles(document, named);
    if (!isOther) parsed.push({ name, file, own });
  }
  const manifests = parsed.filter(({ name }) => !named.has(name));
  for (const { own } of manifests) reporter.adopt(own);
  const base = manifests.filter(({ name }) => name !== overlayFile);
  const overlay = manifests.filter(({ name }) => name === overlayFile);
  const result = {
    base: base.flatMap(({ file }) => file.documents),
    overlay: overlay.flatMap(({ file }) => file.documents),
    whole: manifests.every(({ file }) => file.whole),
  };
  checkIncludes(result.base, files, reporter);
  return result;
}

/** The globs of `include`, each with its place. */
export function includesOf(documents: readonly YamlNode[]): readonly YamlNode[] {
  return documents.flatMap((document) => {
    const node = document.kind === 'mapping' ? document.entries.get('include')?.value : undefined;
    return node?.kind === 'sequence' ? node.items : [];
  });
}

function checkIncludes(
  documents: readonly YamlNode[],
  files: ReadonlyMap<string, string>,
  reporter: Reporter,
): void {
  for (const node of includesOf(documents)) {
    const glob = node.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
    const pattern = globPattern(glob);
    if (pattern === undefined) {
      const message = 'include takes globs relative to the stack that do not leave it';
      reporter.add({ code: 'schema-value', message, at: node });
    } else if (![...files.keys()].some((name) => pattern.test(name))) {
      const message = `no file matches "${glob}"`;
      const isRead = node.source.file === 'trueup.yaml';
      const hint = isRead ? undefined : 'include is read in trueup.yaml only: write it there';
      reporter.add({ code: 'include-unmatched', message, at: node, hint });
    }
  }
}

/** Words next to which a secret may stand, for lines that could not be parsed. */
function namesOfSensitiveFields(kinds: KindTable): ReadonlySet<string> {
  const names = new Set<string>();
  for (const kind of kinds.values()) {
    for (const { path, sensitive } of kind.fields) {
      const name = path.findLast((part) => part !== '*');
      if (sensitive === true && name !== undefined) names.add(name);
    }
  }
  // A sensitive variable's default is a secret as well.
  return names.add('default').add('password');
}
