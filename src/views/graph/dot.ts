import { text } from '../sanitize.ts';
import { groupNodes, type DependencyGraph, type GraphGroup, type GraphNode } from './graph.ts';

/** The graph in the language of Graphviz: an arrow leads to what is needed first. */
export function renderDot(graph: DependencyGraph): string {
  const lines = [
    `digraph ${quoted(graph.stack)} {`,
    '  rankdir = "LR"',
    '  node [shape = box]',
    ...groupNodes(graph.nodes).flatMap(providerLines),
    ...graph.nodes.flatMap(arrowLines),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function providerLines({ provider, kinds }: GraphGroup): readonly string[] {
  return [
    `  subgraph ${quoted(`cluster_${provider}`)} {`,
    `    label = ${quoted(provider)}`,
    ...kinds.flatMap(({ kind, nodes }) => [
      `    subgraph ${quoted(`cluster_${provider}_${kind}`)} {`,
      `      label = ${quoted(kind)}`,
      ...nodes.map((node) => `      ${quoted(node.address)} [label = ${label(node)}]`),
      '    }',
    ]),
    '  }',
  ];
}

function label({ key, name }: GraphNode): string {
  return name === undefined ? quoted(key) : `"${escaped(key)}\\n${escaped(name)}"`;
}

function arrowLines({ address, dependsOn, followsFrom }: GraphNode): readonly string[] {
  return dependsOn.map((below) => {
    const style = followsFrom.includes(below) ? ' [style = dashed]' : '';
    return `  ${quoted(address)} -> ${quoted(below)}${style}`;
  });
}

function quoted(untrusted: string): string {
  return `"${escaped(untrusted)}"`;
}

/** In a label a backslash begins an escape (`\n`, `\G`), so it is doubled as the quote is. */
function escaped(untrusted: string): string {
  return text(untrusted).replaceAll(/["\\]/g, String.raw`\$&`);
}
