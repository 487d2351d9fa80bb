import { text } from '../sanitize.ts';
import { groupNodes, type DependencyGraph } from './graph.ts';

/** The graph for Mermaid, which GitHub draws in Markdown: an arrow leads to what is needed first. */
export function renderMermaid(graph: DependencyGraph): string {
  const ids = new Map(graph.nodes.map(({ address }, index) => [address, `n${index}`]));
  const arrows = graph.nodes.flatMap(({ address, dependsOn, followsFrom }) =>
    dependsOn.map((below) => {
      const arrow = followsFrom.includes(below) ? '-.->' : '-->';
      return `  ${ids.get(address) ?? ''} ${arrow} ${ids.get(below) ?? ''}`;
    }),
  );
  const groups = groupNodes(graph.nodes).flatMap(({ provider, kinds }, index) => [
    `  subgraph p${index}["${escaped(provider)}"]`,
    ...kinds.flatMap(({ kind, nodes }, place) => [
      `    subgraph p${index}k${place}["${escaped(kind)}"]`,
      ...nodes.map(({ address, key, name }) => {
        const second = name === undefined ? '' : `<br/>${escaped(name)}`;
        return `      ${ids.get(address) ?? ''}["${escaped(key)}${second}"]`;
      }),
      '    end',
    ]),
    '  end',
  ]);
  return `${['flowchart LR', ...groups, ...arrows].join('\n')}\n`;
}

/**
 * Everything but letters, digits, blanks and `_ . , -` as Mermaid's own entity: what is left means
 * nothing to Mermaid, HTML or Markdown, not even the end of a fence around it.
 */
function escaped(untrusted: string): string {
  return text(untrusted).replaceAll(/[^\p{L}\p{N} _.,-]/gu, (found) => {
    return `#${found.codePointAt(0) ?? 0};`;
  });
}
