import type { KindShape, KindTable } from '../core/kind.ts';
import { chooseEnvironment } from '../manifest/environment.ts';
import { KindIndex } from '../manifest/kind-index.ts';
import { parseStack } from '../manifest/parse-stack.ts';
import { readStackFiles } from '../manifest/read-stack-files.ts';
import { Reporter } from '../manifest/reporter.ts';
import { usedProviders } from '../manifest/used-providers.ts';
import { isNull, type YamlNode } from '../manifest/yaml-node.ts';

/** Names that stand in the manifests of a stack. */
export interface NamesInManifests {
  readonly resources: readonly { readonly kind: KindShape; readonly key: string }[];
  readonly variables: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * The names in a stack without checking it: also of one with mistakes, which is when a name is
 * looked for. An environment that does not exist is the base.
 */
export async function namesInManifests(
  directory: string,
  environment: string | undefined,
  kinds: KindTable,
): Promise<NamesInManifests> {
  const { files } = await readStackFiles(directory);
  const reporter = new Reporter();
  const overlay = chooseEnvironment(files.keys(), environment, reporter)?.file;
  const parsed = parseStack(files, overlay, kinds, reporter);
  const documents = [...parsed.base, ...parsed.overlay];
  const index = new KindIndex(kinds, usedProviders(documents, kinds));
  const resources = new Map<string, { readonly kind: KindShape; readonly key: string }>();
  const variables = new Set<string>();
  const outputs = new Set<string>();
  for (const document of documents) {
    for (const [word, node] of entriesOf(document)) {
      if (word === 'variables') addKeys(variables, node);
      else if (word === 'outputs') addKeys(outputs, node);
      for (const [kind, owned] of kindsBelow(word, node, index)) {
        for (const [key, entry] of entriesOf(owned)) {
          const address = `${kind.type}.${key}`;
          if (isNull(entry) && parsed.overlay.includes(document)) resources.delete(address);
          else resources.set(address, { kind, key });
        }
      }
    }
  }
  const ordered = [...resources].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    resources: ordered.map(([, found]) => found),
    variables: [...variables],
    outputs: [...outputs],
  };
}

/** The kinds that a word at the top of a manifest stands for, or holds. */
function kindsBelow(
  word: string,
  node: YamlNode,
  index: KindIndex,
): readonly (readonly [KindShape, YamlNode])[] {
  if (index.providers.has(word)) {
    return entriesOf(node).flatMap(([name, owned]) => {
      const kind = index.of(word, name);
      return kind === undefined ? [] : [[kind, owned] as const];
    });
  }
  const found = index.byName(word);
  return found.type === 'kind' ? [[found.kind, node]] : [];
}

function entriesOf(node: YamlNode): readonly (readonly [string, YamlNode])[] {
  if (node.kind !== 'mapping') return [];
  return [...node.entries].map(([key, entry]) => [key, entry.value] as const);
}

function addKeys(names: Set<string>, node: YamlNode): void {
  for (const [key] of entriesOf(node)) names.add(key);
}
