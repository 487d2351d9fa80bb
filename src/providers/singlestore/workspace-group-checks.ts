import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { ChangeInput, CheckInput, PlanProblem } from '../../core/kind.ts';
import { isCidr } from '../../core/normalise/cidr.ts';
import { isDurationOrTime } from '../../core/normalise/duration-or-time.ts';
import type { LiveObject, LiveView } from '../../core/live.ts';
import type { RiskFinding } from '../../core/risk.ts';
import type { Value, ValueObject } from '../../core/value.ts';
import { textField } from '../shared/field-values.ts';
import { firewallBody, hasEverybody } from './firewall.ts';
import { textOf } from '../shared/item.ts';
import { suggestion } from '../../core/suggest.ts';

/** The API may terminate a group a little before the time it was told. */
const EXPIRY_TOLERANCE_MS = 60_000;

/** What the fields of a group say about each other, offline. */
export function checkGroupFields(fields: ValueObject): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  const report = (message: string, field: string): void => {
    problems.push({ code: 'schema-value', message, path: [field] });
  };
  const hasName = 'regionName' in fields;
  if ('regionID' in fields && (hasName || 'provider' in fields)) {
    report('give the region as regionID, or as provider and regionName, not both', 'regionID');
  } else if (hasName && !('provider' in fields)) {
    report('regionName needs provider: AWS, Azure or GCP', 'regionName');
  } else if ('provider' in fields && !hasName) {
    report('provider needs regionName, for example us-east-1', 'provider');
  }
  if (fields['allowAllTraffic'] === false && hasEverybody(fields['firewallRanges'])) {
    report('allowAllTraffic: false contradicts the range 0.0.0.0/0', 'allowAllTraffic');
  }
  problems.push(...checkTexts(fields));
  const deploymentType = fields['deploymentType'] ?? 'PRODUCTION';
  if (fields['optInPreviewFeature'] === true && deploymentType === 'PRODUCTION') {
    report('optInPreviewFeature needs deploymentType: NON-PRODUCTION', 'optInPreviewFeature');
  }
  return problems;
}

/** Texts that no normaliser understands: the API would refuse them. */
function checkTexts(fields: ValueObject): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  const { expiresAt, firewallRanges } = fields;
  if (typeof expiresAt === 'string' && !isDurationOrTime(expiresAt)) {
    const message = `"${expiresAt}" is neither a time (2030-01-31T12:00:00Z) nor a duration (3h30m)`;
    problems.push({ code: 'schema-value', message, path: ['expiresAt'] });
  }
  if (!Array.isArray(firewallRanges)) return problems;
  for (const [index, range] of firewallRanges.entries()) {
    if (typeof range !== 'string' || isCidr(range)) continue;
    const message = `"${range}" is not a range of addresses such as 203.0.113.0/24`;
    problems.push({ code: 'schema-value', message, path: ['firewallRanges', String(index)] });
  }
  return problems;
}

/**
 * What only live data tells of a new group: whether the region exists; what it must have. One that
 * is there may be in a region that takes no new ones any more.
 */
export function checkGroup(input: CheckInput): readonly PlanProblem[] {
  const { fields, id } = input.resource;
  if (id !== undefined) return [];
  return [...checkNewGroup(fields), ...checkRegion(fields, input.live)];
}

function checkNewGroup(fields: ValueObject): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  if (!('regionID' in fields) && !('regionName' in fields)) {
    const message = 'a new workspace group needs a region: provider and regionName, or regionID';
    problems.push({ code: 'schema-value', message });
  }
  if (!('firewallRanges' in fields) && fields['allowAllTraffic'] !== true) {
    problems.push({
      code: 'schema-value',
      message: 'a new workspace group needs firewallRanges ([] lets nobody in)',
    });
  }
  return problems;
}

function checkRegion(fields: ValueObject, live: LiveView): readonly PlanProblem[] {
  if (live.inventory('singlestore.regions')?.complete !== true) return [];
  const known = live.objects('singlestore.regions');
  const regionID = textField(fields, 'regionID')?.toLowerCase();
  if (regionID !== undefined && !known.some(({ id }) => id.toLowerCase() === regionID)) {
    return [{ code: 'name-unknown', message: `no region ${regionID}`, path: ['regionID'] }];
  }
  const provider = textField(fields, 'provider');
  const regionName = textField(fields, 'regionName');
  if (provider === undefined || regionName === undefined) return [];
  const names = known
    .filter((region) => same(textField(region.fields, 'provider'), provider))
    .flatMap((region) => textField(region.fields, 'regionName') ?? []);
  if (names.some((name) => same(name, regionName))) return [];
  const message = `no region "${regionName}" at ${provider}${suggestion(regionName, names)}`;
  return [{ code: 'name-unknown', message, path: ['regionName'] }];
}

function same(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

/**
 * The time a group expired at: the recorded one, when the group was terminated then or later. For
 * a group that no longer answers, the recorded time, to be compared with now. `recorded` is what
 * the state holds: `{ expiry: { time } }`, `{ time }` or the fields sent.
 */
export function expiredAt(live: LiveObject | undefined, recorded: JsonObject): string | undefined {
  const time = recordedTime(recorded) ?? textField(live?.fields, 'expiresAt');
  if (time === undefined || Number.isNaN(Date.parse(time))) return undefined;
  if (live === undefined) return time;
  if (live.status !== 'gone') return undefined;
  const { terminatedAt } = live.attributes;
  if (typeof terminatedAt !== 'string') return time;
  return Date.parse(terminatedAt) >= Date.parse(time) - EXPIRY_TOLERANCE_MS ? time : undefined;
}

function recordedTime(recorded: JsonObject): string | undefined {
  const { expiry } = recorded;
  const candidates = [
    isJsonObject(expiry) ? textOf(expiry, 'time') : undefined,
    textOf(recorded, 'time'),
    textOf(recorded, 'expiresAt'),
  ];
  return candidates.find((time) => time !== undefined && !Number.isNaN(Date.parse(time)));
}

/** Data loss by a delete; lockout where nobody could connect any more. */
export function assessGroup(input: ChangeInput): readonly RiskFinding[] {
  const { before, after } = input;
  const name = textField(before?.fields, 'name') ?? before?.id ?? '';
  if (input.operation === 'delete') {
    const message = `deletes the workspace group "${name}", its workspaces and all data in them`;
    return [{ risk: 'data-loss', message }];
  }
  const isFirewall = ['/firewallRanges', '/allowAllTraffic'].some((pointer) =>
    input.changed.includes(pointer),
  );
  if (before === undefined || after === undefined || !isFirewall) return [];
  const isClosed = isEmpty(firewallBody(after, before.fields)['firewallRanges']);
  if (!isClosed || isEmpty(before.fields['firewallRanges'])) return [];
  return [{ risk: 'lockout', message: `lets nobody connect to the workspace group "${name}"` }];
}

function isEmpty(ranges: Value | undefined): boolean {
  return Array.isArray(ranges) && ranges.length === 0;
}
