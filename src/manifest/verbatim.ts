import { posix } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import type { FieldRole } from '../core/field-role.ts';
import type { Json } from '../core/json.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Reporter } from './reporter.ts';
import type { ScalarNode, YamlNode } from './yaml-node.ts';
import { toPlain } from './yaml-node.ts';

/** Gives the text of a file that a manifest names, relative to the stack; throws TrueupError. */
export type NamedFile = (path: string) => string;

/**
 * The value of a verbatim field: as it is written, or, where the field holds an object, as the
 * YAML file says that `{ fromFile: PATH }` names. Undefined when that file is wrong, which has been
 * reported, with its mistakes at their places.
 */
export function verbatimValue(
  node: YamlNode,
  role: FieldRole,
  place: { readonly namedFile: NamedFile; readonly reporter: Reporter; readonly address: string },
): Json | undefined {
  const named = role.types.includes('object') ? namedBy(node) : undefined;
  if (named === undefined) return toPlain(node);
  const { reporter, address } = place;
  const path = String(named.value);
  const text = readNamed(path, named, place);
  if (text === undefined) return undefined;
  const { documents, whole } = parseYaml(path, text, { reporter });
  if (!whole) return undefined;
  const [only, second] = documents;
  if (only !== undefined && second === undefined) return toPlain(only);
  const message = `${path} must hold one YAML document, not ${documents.length}`;
  reporter.add({ code: 'schema-value', message, at: named, address });
  return undefined;
}

/** The path of a mapping that is nothing but `{ fromFile: PATH }`. */
function namedBy(node: YamlNode): ScalarNode | undefined {
  if (node.kind !== 'mapping' || node.entries.size !== 1) return undefined;
  const value = node.entries.get('fromFile')?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value : undefined;
}

function readNamed(
  path: string,
  at: ScalarNode,
  { namedFile, reporter, address }: Parameters<typeof verbatimValue>[2],
): string | undefined {
  try {
    return namedFile(path);
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    const { code, message, hint } = error;
    reporter.add({ code, message, at, hint, address });
    return undefined;
  }
}

/** Named files among those that were read already. */
export function namedAmong(files: ReadonlyMap<string, string>): NamedFile {
  return (path) => {
    const text = files.get(posix.normalize(path));
    if (text !== undefined) return text;
    throw new TrueupError('source-missing', `file ${path} does not exist`);
  };
}
