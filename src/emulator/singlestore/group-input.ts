import { isIP } from 'node:net';
import {
  optionalBoolean,
  optionalChoice,
  optionalNumber,
  optionalObject,
  optionalString,
  optionalStrings,
} from '../body.ts';
import type { Fields } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { parseExpiry, stamp } from './time-text.ts';
import { textsOf } from './world.ts';
import type { Call } from './world.ts';

const EVERYWHERE = '0.0.0.0/0';

function checkRange(range: string): string {
  const [address = '', bits, ...rest] = range.split('/');
  const version = isIP(address);
  const width = version === 4 ? 32 : 128;
  const valid =
    version !== 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width));
  if (!valid) throw new Refusal(400, `firewallRanges: invalid CIDR ${range}`);
  return range;
}

/**
 * The firewall a body asks for, in the form it will be read: sorted, and open to all as a flag
 * without ranges. Undefined when the body does not speak of it.
 */
export function firewallOf(body: Fields, current: Fields): Fields | undefined {
  const ranges = optionalStrings(body, 'firewallRanges')?.map(checkRange);
  const all = optionalBoolean(body, 'allowAllTraffic');
  if (ranges === undefined && all === undefined) return undefined;
  if (all === true || ranges?.includes(EVERYWHERE) === true) {
    return { allowAllTraffic: true, firewallRanges: null };
  }
  const kept = ranges ?? textsOf(current, 'firewallRanges');
  return { allowAllTraffic: false, firewallRanges: [...new Set(kept)].toSorted() };
}

function wholeBetween(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && Number.isInteger(value) && value >= least && value <= most;
}

export function updateWindowOf(body: Fields): Fields | undefined {
  const window = optionalObject(body, 'updateWindow');
  if (window === undefined) return undefined;
  const day = optionalNumber(window, 'day');
  const hour = optionalNumber(window, 'hour');
  if (!wholeBetween(day, 0, 6) || !wholeBetween(hour, 0, 23)) {
    throw new Refusal(400, 'updateWindow: day must be 0 to 6 and hour 0 to 23');
  }
  return { day, hour };
}

export const DEPLOYMENT_TYPES: readonly string[] = ['PRODUCTION', 'NON-PRODUCTION'];

/** Preview features exist for non-production groups only, for ever. */
export function checkPreview(optIn: boolean, deploymentType: string): void {
  if (optIn && deploymentType !== 'NON-PRODUCTION') {
    throw new Refusal(400, 'optInPreviewFeature requires deploymentType NON-PRODUCTION');
  }
}

/** The moment the group expires, or undefined. */
export function expiryOf(call: Call, body: Fields): number | undefined {
  const text = optionalString(body, 'expiresAt');
  return text === undefined ? undefined : parseExpiry(text, call.now);
}

function cleared(call: Call, body: Fields, name: string): boolean {
  return call.switches.nullClears && body[name] === null;
}

/** What a PATCH changes at once; null removes. The firewall is apart: it changes late. */
export function groupChanges(call: Call, body: Fields): Fields {
  const name = optionalString(body, 'name');
  if (name?.trim() === '') throw new Refusal(400, 'name: must not be empty');
  const deploymentType = optionalChoice(body, 'deploymentType', DEPLOYMENT_TYPES);
  const updateWindow = updateWindowOf(body);
  const expiry = expiryOf(call, body);
  return {
    ...(name === undefined ? {} : { name }),
    ...(deploymentType === undefined ? {} : { deploymentType }),
    ...(updateWindow === undefined ? {} : { updateWindow }),
    ...(expiry === undefined ? {} : { expiresAt: stamp(expiry) }),
    ...(cleared(call, body, 'expiresAt') ? { expiresAt: null } : {}),
    ...(cleared(call, body, 'updateWindow') ? { updateWindow: null } : {}),
  };
}
