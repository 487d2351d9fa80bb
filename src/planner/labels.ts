import { keyOf } from '../core/address.ts';
import { Reference, isTermObject, type Term } from '../core/value.ts';

/** What a human calls the resources that some fields refer to, by JSON pointer. */
export function labelsOf(term: Term): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  collect(term, '', labels);
  return labels;
}

function collect(term: Term, pointer: string, labels: Record<string, string>): void {
  if (term instanceof Reference) {
    labels[pointer] = term.by === 'address' ? keyOf(term.value) : term.value;
  } else if (Array.isArray(term)) {
    term.forEach((item: Term, index) => collect(item, `${pointer}/${index}`, labels));
  } else if (isTermObject(term)) {
    for (const [key, item] of Object.entries(term)) collect(item, `${pointer}/${key}`, labels);
  }
}
