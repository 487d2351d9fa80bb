import type { Address } from '../core/address.ts';
import type { DiagnosticCode } from '../core/diagnostic-code.ts';
import { ambiguousMessage } from './kind-index.ts';
import type { Scope } from './scope.ts';
import { staticValue } from './static-value.ts';
import { didYouMean } from '../core/suggest.ts';
import type { YamlNode } from './yaml-node.ts';

export interface AddressRule {
  /** Code of whatever is wrong with it. */
  readonly code: DiagnosticCode;
  /** Whether it must be an entry of the stack. */
  readonly mustExist: boolean;
}

/** An address in a setting, the provider left out or not; undefined when wrong and reported. */
export function readAddress(node: YamlNode, scope: Scope, rule: AddressRule): Address | undefined {
  const { reporter, kinds, entries } = scope;
  const text = staticValue(node, scope);
  if (text === undefined) return undefined;
  const lookup = typeof text === 'string' ? kinds.address(text.split('.')) : undefined;
  if (lookup === undefined || lookup.type === 'malformed') {
    const message = 'an address is written kind.key or provider.kind.key';
    reporter.add({ code: rule.code, message, at: node });
    return undefined;
  }
  if (lookup.type === 'unknown-kind') {
    const message = `"${lookup.word}" is not a kind`;
    const hint = didYouMean(lookup.word, kinds.names());
    reporter.add({ code: rule.code, message, at: node, hint });
    return undefined;
  }
  if (lookup.type === 'ambiguous') {
    const message = ambiguousMessage(typeof text === 'string' ? text : '', lookup.kinds);
    const hint = 'put the name of the provider before it';
    reporter.add({ code: 'kind-ambiguous', message, at: node, hint });
    return undefined;
  }
  if (lookup.rest.length > 0) {
    const message = `${lookup.address} has been followed by more; an address ends with the key`;
    reporter.add({ code: rule.code, message, at: node });
    return undefined;
  }
  if (rule.mustExist && scope.whole && !entries.has(lookup.address)) {
    const message = `the stack has no resource ${lookup.address}`;
    const key = lookup.address.slice(lookup.kind.type.length + 1);
    const hint = didYouMean(key, entries.keysOf(lookup.kind.type));
    reporter.add({ code: rule.code, message, at: node, hint });
    return undefined;
  }
  return lookup.address;
}
