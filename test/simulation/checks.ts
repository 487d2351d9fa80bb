import type { JsonObject } from '../../src/core/json.ts';
import type { Account, MadeObject } from './account.ts';
import { keyOf } from './account.ts';
import type { ProcessResult } from './process.ts';
import type { SentRequest } from './wire.ts';

/** One broken promise, in words. */
export type Violation = string;

const FIRST_OF_CHANGE = new Set(['change-started', 'change-blocked', 'change-not-started']);
const LAST_OF_CHANGE = new Set([
  'change-done',
  'change-failed',
  'change-skipped',
  'change-not-started',
]);
const INSIDE_CHANGE = new Set(['step-started', 'change-waiting', 'generated-secret']);

/** Every change that starts ends once, and the summary counts what the events told. */
export function eventViolations({ events, exit }: ProcessResult): readonly Violation[] {
  const found: Violation[] = [];
  const running = new Set<string>();
  let applying: JsonObject | undefined;
  let ended: JsonObject | undefined;
  const ends = new Map<string, string[]>();
  for (const event of events) {
    const [type, address] = [textOf(event['type']), textOf(event['address'])];
    if (type === 'apply-started') applying = event;
    if (type === 'apply-done') ended = event;
    if (!type.startsWith('change-') && !INSIDE_CHANGE.has(type)) continue;
    if (applying === undefined) found.push(`events: ${type} of ${address} before apply-started`);
    if (ended !== undefined) found.push(`events: ${type} of ${address} after apply-done`);
    const isRunning = running.has(address);
    if (isRunning && (type === 'change-started' || type === 'change-blocked')) {
      found.push(`events: ${type} of ${address} while it runs`);
    }
    if (!isRunning && !FIRST_OF_CHANGE.has(type)) {
      found.push(`events: ${type} of ${address}, which has not started`);
    }
    if (type === 'change-started') running.add(address);
    if (LAST_OF_CHANGE.has(type)) running.delete(address);
    if (LAST_OF_CHANGE.has(type) || type === 'change-blocked') {
      ends.set(address, [...(ends.get(address) ?? []), type]);
    }
  }
  if (exit === undefined) return found;
  for (const address of running) found.push(`events: ${address} never ended`);
  if (ended !== undefined && applying !== undefined)
    found.push(...countViolations(ended, applying, ends));
  return found;
}

function countViolations(
  done: JsonObject,
  started: JsonObject,
  ends: ReadonlyMap<string, readonly string[]>,
): readonly Violation[] {
  const told = ['applied', 'failed', 'blocked', 'skipped', 'notStarted'].map((name) =>
    Number(done[name]),
  );
  const sum = told.reduce((total, count) => total + count, 0);
  const found: Violation[] = [];
  if (sum !== started['changes']) {
    found.push(
      `events: apply-done counts ${String(sum)} of ${String(Number(started['changes']))} changes`,
    );
  }
  const failed = [...ends.values()].filter((types) => types.includes('change-failed')).length;
  if (failed !== told[1]) found.push(`events: ${String(failed)} failed, ${String(told[1])} told`);
  return found;
}

/** What the exit code must be, from what the events and the text told; undefined: cannot be said. */
export function exitViolations(
  result: ProcessResult,
  command: string,
  apiHosts: ReadonlySet<string>,
): readonly Violation[] {
  const { events, exit, stderr } = result;
  if (exit === undefined) return [];
  const codes = [...codesOf(events), ...codesOfText(stderr)];
  const done = events.find((event) => event['type'] === 'apply-done');
  const count = (name: string): number => (done === undefined ? 0 : Number(done[name]));
  const left = count('failed') + count('blocked') + count('notStarted');
  const found: Violation[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) found.push(`exit: ${command} ended with ${String(exit)}, but ${what}`);
  };
  const interrupted = events.some((event) => event['type'] === 'interrupted');
  const errors = codes.some((code) => code.startsWith('error '));
  if (codes.includes('error internal'))
    found.push(`internal error of ${command}: ${stderr.slice(-600)}`);
  if (codes.includes('error state-locked')) expect(exit === 6, 'the state was locked');
  if (exit === 6) expect(codes.includes('error state-locked'), 'nothing was locked');
  if (interrupted && left > 0) expect(exit === 130, 'it was interrupted');
  if (exit === 130)
    expect(interrupted || codes.includes('error interrupted'), 'nobody interrupted it');
  if (exit === 0) {
    expect(left + count('skipped') === 0, 'something was not applied');
    expect(!errors, `there were errors: ${codes.join(', ')}`);
  }
  if (exit === 3) expect(left > 0 || errors, 'nothing was left');
  if (exit === 5)
    expect(
      count('skipped') > 0 || codes.some((code) => code.includes('stale')),
      'nothing was stale',
    );
  if (exit === 1 || exit === 4) expect(errors, 'no error was told');
  const wrote = result.sent.some(({ host, method }) => apiHosts.has(host) && method !== 'GET');
  if (done === undefined && exit !== 130) {
    const began = events.some((event) => event['type'] === 'apply-started');
    expect(!wrote || began, 'it wrote without an apply');
  }
  if (exit === 4)
    expect(
      codes.some((code) => code.includes('guard-')),
      'no guard refused',
    );
  return found;
}

/** `error guard-protected` for each diagnostic of the events. */
export function codesOf(events: readonly JsonObject[]): readonly string[] {
  return events.flatMap((event) => {
    const diagnostic = event['diagnostic'];
    if (typeof diagnostic !== 'object' || diagnostic === null || !('code' in diagnostic)) return [];
    return [`${textOf(diagnostic['severity'])} ${textOf(diagnostic['code'])}`];
  });
}

/** The same of what is printed when a command ends by an error. */
export function codesOfText(stderr: string): readonly string[] {
  return [...stderr.matchAll(/^(Error|Warning): .*\[([a-z-]+)\]$/gm)].map(
    ([, severity, code]) => `${String(severity).toLowerCase()} ${String(code)}`,
  );
}

export interface Limits {
  readonly parallelism: number;
  readonly ratePerSecond: number;
  readonly provisioningMax: number;
}

/** Requests in flight, requests a second, creates that provision: never more than allowed. */
export function wireViolations(
  all: readonly SentRequest[],
  account: Account,
  limits: Limits,
  writes: boolean,
): readonly Violation[] {
  const found: Violation[] = [];
  const sent = all.filter(({ host }) => host === account.apiHost);
  if (!writes && sent.some((request) => request.method !== 'GET')) {
    found.push('a write was sent while planning');
  }
  const elsewhere = sent.find((request) => !request.path.startsWith('/v'));
  if (elsewhere !== undefined) found.push(`a request went to ${elsewhere.path}`);
  const busiest = mostAtOnce(sent);
  if (busiest > limits.parallelism) {
    found.push(`${String(busiest)} requests in flight, allowed ${String(limits.parallelism)}`);
  }
  const provisioning = mostAtOnce(
    sent.filter(({ method, path }) => account.provisions(method, path)),
  );
  if (provisioning > limits.provisioningMax) {
    found.push(`${String(provisioning)} provisioning creates in flight`);
  }
  const over = overRate(sent, limits);
  if (over > 0)
    found.push(`${over.toFixed(1)} requests above ${String(limits.ratePerSecond)} a second`);
  return found;
}

function mostAtOnce(sent: readonly SentRequest[]): number {
  const edges = sent.flatMap(({ startMs, endMs }) => [
    { at: startMs, by: 1 },
    { at: endMs ?? Number.POSITIVE_INFINITY, by: -1 },
  ]);
  // An end makes room for a start of the same moment.
  edges.sort((a, b) => (a.at === b.at ? a.by - b.by : a.at - b.at));
  let [now, most] = [0, 0];
  for (const { by } of edges) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

/** How far a bucket of that rate would have been overdrawn. */
function overRate(sent: readonly SentRequest[], limits: Limits): number {
  // A request may be held back by its intent after it took its token; then several leave at once.
  const capacity = 1 + limits.ratePerSecond * 0.05 + limits.parallelism;
  let [tokens, lastMs, worst] = [capacity, sent[0]?.startMs ?? 0, 0];
  for (const { startMs } of sent) {
    tokens = Math.min(capacity, tokens + ((startMs - lastMs) * limits.ratePerSecond) / 1_000) - 1;
    lastMs = startMs;
    worst = Math.max(worst, -tokens);
  }
  return worst > 1e-6 ? worst : 0;
}

const at = (event: JsonObject): number => Date.parse(textOf(event['at']));

/** In an undisturbed apply no change that could start stands in line while nothing is sent. */
export function idleViolations(
  result: ProcessResult,
  dependsOn: ReadonlyMap<string, readonly string[]>,
  idleMsMax: number,
): readonly Violation[] {
  const began = result.events.find((event) => event['type'] === 'apply-started');
  if (began === undefined) return [];
  const doneAt = new Map<string, number>();
  for (const event of result.events) {
    if (event['type'] === 'change-done') doneAt.set(textOf(event['address']), at(event));
  }
  const found: Violation[] = [];
  const seen = new Set<string>();
  for (const event of result.events) {
    const address = textOf(event['address']);
    if (event['type'] !== 'change-started' || seen.has(address)) continue;
    seen.add(address);
    if (textOf(event['verb']) === 'deleting') continue;
    const needs = dependsOn.get(address);
    if (needs === undefined) continue;
    const readyMs = Math.max(at(began), ...needs.map((need) => doneAt.get(need) ?? 0));
    const idleMs = longestIdle(result.sent, readyMs, at(event));
    if (idleMs <= idleMsMax) continue;
    found.push(`${address} stood in line while nothing was sent for ${String(idleMs)} ms`);
  }
  return found;
}

function longestIdle(sent: readonly SentRequest[], fromMs: number, toMs: number): number {
  let [idleFromMs, longest] = [fromMs, 0];
  for (const { startMs, endMs } of sent) {
    if ((endMs ?? toMs) <= fromMs) continue;
    if (startMs >= toMs) break;
    longest = Math.max(longest, startMs - idleFromMs);
    idleFromMs = Math.max(idleFromMs, endMs ?? toMs);
  }
  return Math.max(longest, toMs - idleFromMs);
}

/** Planted values that stand in a text, in any of the ways a text is encoded. */
export function leaks(texts: readonly string[], secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => {
    const forms = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ];
    return forms.some((form) => texts.some((text) => text.includes(form)));
  });
}

/** Natural keys that more than one of these objects bears, with the keys of those. */
export function twins(objects: readonly MadeObject[]): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const object of objects) {
    const { naturalKey } = object;
    if (naturalKey === undefined) continue;
    byName.set(naturalKey, [...(byName.get(naturalKey) ?? []), keyOf(object)]);
  }
  return new Map([...byName].filter(([, keys]) => keys.length > 1));
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
