import type { Diagnostic } from '../core/diagnostic.ts';
import { unreachable } from '../core/errors.ts';
import { toJson, type Value } from '../core/value.ts';
import type { AcceptedEntry } from './plan.ts';

/** Characters of a value that a message repeats. */
const VALUE_CHARS_MAX = 120;

/** What a plan says about its acceptances. */
export function acceptanceNotes(entries: readonly AcceptedEntry[]): readonly Diagnostic[] {
  return entries.flatMap((entry) => noteOf(entry) ?? []);
}

function noteOf(entry: AcceptedEntry): Diagnostic | undefined {
  const { address, acceptance, verdict, field, because = '' } = entry;
  const { position, owner, reason, until, path } = acceptance;
  const place = { address, position };
  const name = `${path.join('.')} of ${address}`;
  const value = shortValue(field?.after);
  switch (verdict) {
    case 'accepted':
      return {
        code: 'accepted-drift',
        severity: 'note',
        ...place,
        message:
          because === ''
            ? `${name} stays ${value} until ${until}: accepted drift, ${owner}: ${reason}`
            : `the accepted drift of ${name} ends: ${because}`,
      };
    case 'expired':
      return {
        code: 'accepted-drift-expired',
        severity: 'warning',
        ...place,
        message: `${name} is still ${value}, which was accepted until ${until} (${owner}: ${reason})`,
        hint: 'an apply puts the value of the manifest back; to keep it, write it into the manifest, or a later `until`',
      };
    case 'unmatched':
      return {
        code: 'accepted-drift-unmatched',
        severity: 'note',
        ...place,
        message: `the accepted drift of ${name} matches nothing: ${because}`,
      };
    // The change that puts it back says it.
    case 'other-value':
      return undefined;
    default:
      return unreachable(verdict);
  }
}

export function shortValue(value: Value | undefined): string {
  if (value === undefined) return 'unset';
  const text = JSON.stringify(toJson(value) ?? null);
  return text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX)}…` : text;
}
