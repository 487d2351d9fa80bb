import { TrueupError } from '../../core/errors.ts';
import { isJsonObject, type Json } from '../../core/json.ts';
import type { Redactor } from '../../core/redactor.ts';
import { sameValue } from '../../core/resolve.ts';
import { isValueObject, toJson, type Value } from '../../core/value.ts';
import type { ApiResponse } from '../../http/contract.ts';
import type { StepInput } from '../contract.ts';
import { objectOf } from '../shared/item.ts';

/** A message names no more places than this. */
const PLACES_MAX = 3;

/**
 * Throws `field-refused` where the answer to a write shows another spicepod than was sent: the API
 * may bring older versions of the format up to date. Sent again it would differ again, for ever.
 */
export function assertSpicepodKept(
  input: StepInput,
  { body }: ApiResponse,
  redactor: Redactor,
): void {
  const wanted = input.after?.['spicepod'];
  if (!isJsonObject(body) || !isValueObject(wanted)) return;
  const kept = objectOf(body, 'config')?.['spicepod'];
  if (kept === undefined || kept === null) return;
  const places = differences(wanted, kept, '');
  if (places.length === 0) return;
  const more = places.length > PLACES_MAX ? `, and ${places.length - PLACES_MAX} more` : '';
  const told = redactor.scrub(places.slice(0, PLACES_MAX).join(', '));
  throw new TrueupError(
    'field-refused',
    `the API keeps another spicepod than was sent: ${told}${more}`,
    {
      hint: 'write it as the API keeps it, or leave it alone with `lifecycle: { ignoreChanges: [spicepod] }`',
    },
  );
}

/** Sentences that tell where two trees differ: `version is "v2" in place of "v1"`. */
function differences(wanted: Value | undefined, kept: Json | undefined, path: string): string[] {
  if (isValueObject(wanted) && isJsonObject(kept)) {
    const names = new Set([...Object.keys(wanted), ...Object.keys(kept)]);
    return [...names]
      .toSorted()
      .flatMap((name) =>
        differences(wanted[name], kept[name], path === '' ? name : `${path}.${name}`),
      );
  }
  return sameValue(wanted, kept) ? [] : [`${path} is ${shown(kept)} in place of ${shown(wanted)}`];
}

const SHOWN_MAX = 60;

function shown(value: Value | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(toJson(value) ?? null);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
