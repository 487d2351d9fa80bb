import { normaliseCidr } from '../../core/normalise/cidr.ts';
import type { Value, ValueObject } from '../../core/value.ts';
import { isValueArray } from '../shared/field-values.ts';

/** The range that lets everybody in. */
export const EVERYBODY = '0.0.0.0/0';

/**
 * One form for an open group: the API turns a list with `0.0.0.0/0` into `allowAllTraffic` and
 * drops the ranges. Whatever of the two fields is there says the same afterwards; none is added.
 */
export function canonicalFirewall(fields: ValueObject): ValueObject {
  if (!isOpen(fields)) return fields;
  return {
    ...fields,
    ...('firewallRanges' in fields ? { firewallRanges: [EVERYBODY] } : {}),
    ...('allowAllTraffic' in fields ? { allowAllTraffic: true } : {}),
  };
}

function isOpen(fields: ValueObject): boolean {
  return fields['allowAllTraffic'] === true || hasEverybody(fields['firewallRanges']);
}

export function hasEverybody(ranges: Value | undefined): boolean {
  if (!isValueArray(ranges)) return false;
  return ranges.some((range) => typeof range === 'string' && normaliseCidr(range) === EVERYBODY);
}

/** Both fields as the API's answer means them; it leaves out what is empty. */
export function readFirewall(
  ranges: readonly string[],
  allowAllTraffic: boolean | undefined,
): ValueObject {
  const both = { firewallRanges: ranges, allowAllTraffic: allowAllTraffic ?? false };
  return canonicalFirewall(both);
}

/**
 * The fields to send. `firewallRanges` is required on create; where the group was open, closing
 * it says so, and `allowAllTraffic: true` goes with the range, so that both readings agree.
 */
export function firewallBody(after: ValueObject, before: ValueObject | undefined): ValueObject {
  if (after['allowAllTraffic'] === true) {
    return { firewallRanges: [EVERYBODY], allowAllTraffic: true };
  }
  const ranges = after['firewallRanges'];
  const wasOpen = before !== undefined && isOpen(before);
  const closes = after['allowAllTraffic'] === false || (wasOpen && !hasEverybody(ranges));
  const closedRanges = ranges ?? (wasOpen ? [] : before?.['firewallRanges']) ?? [];
  return { firewallRanges: spelled(closedRanges), ...(closes ? { allowAllTraffic: false } : {}) };
}

/** Ranges as the API spells them: it refuses some of the spellings that a manifest may have. */
function spelled(ranges: Value): Value {
  if (!isValueArray(ranges)) return ranges;
  const texts = ranges.map((range) => (typeof range === 'string' ? normaliseCidr(range) : range));
  return [...new Set(texts)];
}
