import { normaliseCidr } from './normalise/cidr.ts';
import { durationSeconds, normaliseDurationOrTime } from './normalise/duration-or-time.ts';
import { sameValue } from './resolve.ts';
import type { Value } from './value.ts';

/**
 * In which direction a change of a field has the risk that its schema states; without one, in
 * both. The closed list of `riskWhen`:
 * `true`, `false`: when the field becomes that;
 * `fewer`: when something leaves the set;
 * `narrower`: when an address that was within the ranges no longer is;
 * `earlier`: when a time is set for the first time, or comes earlier than before.
 */
export const RISK_CONDITIONS = ['true', 'false', 'fewer', 'narrower', 'earlier'] as const;
export type RiskCondition = (typeof RISK_CONDITIONS)[number];

/** Whether a change goes in the risky direction. What cannot be told counts as risky. */
export function isRisky(
  condition: RiskCondition,
  before: Value | undefined,
  after: Value | undefined,
): boolean {
  switch (condition) {
    case 'true':
      return after !== false;
    case 'false':
      return after !== true;
    case 'fewer':
      return !itemsOf(before).every((item) => itemsOf(after).some((kept) => sameValue(item, kept)));
    case 'narrower':
      return !rangesOf(before).every((range) =>
        rangesOf(after).some((wider) => covers(wider, range)),
      );
    case 'earlier':
      return !isLater(before, after);
    default:
      return condition satisfies never;
  }
}

function itemsOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function rangesOf(value: Value | undefined): readonly string[] {
  return itemsOf(value).flatMap((item) => (typeof item === 'string' ? [normaliseCidr(item)] : []));
}

/** Whether every address of a range is in the wider one; IPv6 ranges only when they are the same. */
function covers(wider: string, range: string): boolean {
  if (wider === range) return true;
  const [outer, inner] = [ipv4(wider), ipv4(range)];
  if (outer === undefined || inner === undefined || outer.prefix > inner.prefix) return false;
  const size = 2 ** (32 - outer.prefix);
  return Math.floor(outer.address / size) === Math.floor(inner.address / size);
}

function ipv4(range: string): { readonly address: number; readonly prefix: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(range);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  return { address: ((a * 256 + b) * 256 + c) * 256 + d, prefix };
}

/** A duration counts from when it is sent, so it cannot be compared and is not later. */
function isLater(before: Value | undefined, after: Value | undefined): boolean {
  if (typeof before !== 'string' || typeof after !== 'string') return false;
  const isDuration = [before, after].some((text) => durationSeconds(text) !== undefined);
  const [old, next] = [before, after].map((text) => Date.parse(normaliseDurationOrTime(text)));
  return !isDuration && old !== undefined && next !== undefined && next >= old;
}
