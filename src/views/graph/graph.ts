/** The resources of a stack and what each needs to be there first, to be drawn. */
export interface DependencyGraph {
  readonly stack: string;
  /** In the order of their addresses. */
  readonly nodes: readonly GraphNode[];
}

export interface GraphNode {
  readonly address: string;
  readonly provider: string;
  readonly kind: string;
  readonly key: string;
  /** Name of the object, where it is known and not the key. May hold anything. */
  readonly name?: string;
  readonly dependsOn: readonly string[];
  /** Those among them that fields follow from without being referred to. */
  readonly followsFrom: readonly string[];
}

/** Nodes of one kind, of one provider. */
export interface GraphGroup {
  readonly provider: string;
  readonly kinds: readonly { readonly kind: string; readonly nodes: readonly GraphNode[] }[];
}

export function groupNodes(nodes: readonly GraphNode[]): readonly GraphGroup[] {
  const providers = new Map<string, Map<string, GraphNode[]>>();
  for (const node of nodes) {
    const kinds = providers.get(node.provider) ?? new Map<string, GraphNode[]>();
    const known = kinds.get(node.kind);
    if (known === undefined) kinds.set(node.kind, [node]);
    else known.push(node);
    providers.set(node.provider, kinds);
  }
  return [...providers].map(([provider, kinds]) => ({
    provider,
    kinds: [...kinds].map(([kind, owned]) => ({ kind, nodes: owned })),
  }));
}
