import { Secret } from '../core/secret.ts';
import type { Value, ValueObject } from '../core/value.ts';
import { NotCompared, Reference, Template, Unknown } from '../core/value.ts';
import type { LoadedTerm, LoadedTermObject } from './source-term.ts';
import { SourceTemplate, SourceTerm, isLoadedObject } from './source-term.ts';

/** Fields as far as the manifests alone tell: what the functions of a kind can be asked about. */
export interface StaticFields {
  /** References as their address, ID or name; secrets as NotCompared; the rest Unknown. */
  readonly values: ValueObject;
  /** False when a value exists only after apply. */
  readonly known: boolean;
}

export function staticFields(fields: LoadedTermObject): StaticFields {
  const seen = { known: true };
  return { values: objectOf(fields, seen), known: seen.known };
}

interface Seen {
  known: boolean;
}

function objectOf(terms: LoadedTermObject, seen: Seen): ValueObject {
  const result: Record<string, Value> = {};
  for (const name of Object.keys(terms)) {
    const term = terms[name];
    if (term !== undefined) result[name] = valueOf(term, seen);
  }
  return result;
}

function valueOf(term: LoadedTerm, seen: Seen): Value {
  if (term === null || typeof term !== 'object') return term;
  if (term instanceof Reference) return term.value;
  if (term instanceof Secret || term instanceof SourceTerm || term instanceof NotCompared) {
    return new NotCompared();
  }
  if (term instanceof Template || term instanceof SourceTemplate || term instanceof Unknown) {
    seen.known = false;
    return new Unknown();
  }
  if (isLoadedObject(term)) return objectOf(term, seen);
  if (isList(term)) return term.map((item) => valueOf(item, seen));
  return null;
}

function isList(term: LoadedTerm): term is readonly LoadedTerm[] {
  return Array.isArray(term);
}
