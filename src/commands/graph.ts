import { keyOf, parseAddress } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import { createRedactor } from '../core/redactor.ts';
import type { KindTable } from '../core/kind.ts';
import { referencesOf } from '../core/resolve.ts';
import type { DesiredResource, Stack } from '../core/resource.ts';
import { AttributeReference } from '../core/value.ts';
import { matchesGlob } from '../planner/approvals.ts';
import { orderResources, type Ordered } from '../planner/order.ts';
import { kindTable, PROVIDERS } from '../providers/registry.ts';
import { renderDot } from '../views/graph/dot.ts';
import type { DependencyGraph, GraphNode } from '../views/graph/graph.ts';
import { renderMermaid } from '../views/graph/mermaid.ts';
import { jsonText } from '../views/sanitize.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import type { StackFlags } from './flags.ts';
import { createReporting } from './reporting.ts';
import { loadFiles, resolveStack } from './stack-loading.ts';

export interface GraphFlags extends StackFlags {
  readonly format?: 'dot' | 'mermaid';
  readonly target?: readonly string[];
}

/** `trueup graph`: what depends on what, from the manifests alone; with `--json` as data. */
export async function runGraph(
  io: CommandIo,
  directory: string,
  flags: GraphFlags,
): Promise<Endings> {
  // With `--json` stdout holds the graph alone, so that it can be read as one document.
  const { json, ...rest } = flags;
  const reporting = createReporting(io, rest, 'other');
  try {
    const kinds = kindTable(PROVIDERS);
    const redactor = createRedactor();
    const files = await loadFiles(io, directory, flags, kinds, redactor, reporting);
    const stack = await resolveStack(io, files, flags, 'skip', redactor, reporting);
    const graph = dependencyGraph(stack, kinds, flags.target ?? []);
    if (json === true) io.stdout.write(`${jsonText(graph)}\n`);
    else io.stdout.write(flags.format === 'mermaid' ? renderMermaid(graph) : renderDot(graph));
    return DONE;
  } finally {
    reporting.close();
  }
}

/**
 * The dependencies as a plan sees them; of the matches of `globs`, where there are any, and what
 * they depend on. Throws `target-unmatched`.
 */
export function dependencyGraph(
  stack: Stack,
  kinds: KindTable,
  globs: readonly string[],
): DependencyGraph {
  const ordered = orderResources(stack.resources, kinds);
  const wanted = wantedAddresses(stack.resources, ordered, globs);
  const nodes = stack.resources
    .filter(({ address }) => wanted.has(address))
    .map((resource) => nodeOf(resource, ordered, kinds));
  return { stack: stack.name, nodes: nodes.toSorted((a, b) => (a.address < b.address ? -1 : 1)) };
}

function wantedAddresses(
  resources: readonly DesiredResource[],
  { dependencies }: Ordered,
  globs: readonly string[],
): ReadonlySet<string> {
  const all = resources.map(({ address }) => address);
  if (globs.length === 0) return new Set(all);
  const lost = globs.find((glob) => !all.some((address) => matchesGlob(glob, address)));
  if (lost !== undefined) {
    throw new TrueupError('target-unmatched', `--target ${lost}: nothing has this address`, {
      hint: 'addresses look like workspaces.app; without --target all are shown',
    });
  }
  const wanted = new Set<string>();
  const open = all.filter((address) => globs.some((glob) => matchesGlob(glob, address)));
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    if (wanted.has(address)) continue;
    wanted.add(address);
    open.push(...(dependencies.get(address) ?? []));
  }
  return wanted;
}

function nodeOf(resource: DesiredResource, ordered: Ordered, kinds: KindTable): GraphNode {
  const { address, key, type, fields, namedByKey } = resource;
  const field = kinds.get(type)?.key.nameField;
  const name = field === undefined ? undefined : fields[field];
  const isOwn = namedByKey !== true && typeof name === 'string' && name !== key;
  return {
    address,
    provider: parseAddress(address)?.provider ?? '',
    kind: parseAddress(address)?.kind ?? '',
    key: keyOf(address),
    ...(isOwn ? { name } : {}),
    dependsOn: ordered.dependencies.get(address) ?? [],
    followsFrom: followsFrom(resource, ordered),
  };
}

/** What the fields follow from although the entry does not name it. */
function followsFrom(
  { address, dependsOn, fields }: DesiredResource,
  { sources }: Ordered,
): readonly string[] {
  const named = new Set<string>(dependsOn);
  for (const reference of referencesOf(fields)) {
    named.add(reference instanceof AttributeReference ? reference.address : reference.value);
  }
  return (sources.get(address) ?? []).filter((source) => !named.has(source));
}
