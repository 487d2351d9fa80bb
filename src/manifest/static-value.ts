import type { Json } from '../core/json.ts';
import { evaluateText } from './evaluate-text.ts';
import { mayHoldExpression } from './expression.ts';
import type { Scope } from './scope.ts';
import type { YamlNode } from './yaml-node.ts';

/**
 * A setting's value: variables put in, nothing that is sensitive or known only after an apply.
 * Undefined when it is wrong; that has been reported.
 */
export function staticValue(node: YamlNode, scope: Scope): Json | undefined {
  if (node.kind === 'sequence') {
    const items = node.items.map((item) => staticValue(item, scope));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (node.kind === 'mapping') {
    const result: Record<string, Json> = {};
    for (const [name, entry] of node.entries) {
      const value = staticValue(entry.value, scope);
      if (value === undefined) return undefined;
      result[name] = value;
    }
    return result;
  }
  if (typeof node.value !== 'string' || !mayHoldExpression(node.value)) return node.value;
  const value = evaluateText(node, node.value, scope);
  if (value.type === 'static') return value.value;
  if (value.type === 'dynamic') {
    const code = value.sensitive ? 'sensitive-in-plain-field' : 'expression-type';
    const message = value.sensitive
      ? 'a sensitive value cannot stand in a setting'
      : 'a setting must be known before the apply';
    scope.reporter.add({ code, message, at: node });
  }
  return undefined;
}
