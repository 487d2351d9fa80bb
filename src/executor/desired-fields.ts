import { TrueupError } from '../core/errors.ts';
import type { StateResource } from '../core/prior.ts';
import { resolveFields } from '../core/resolve.ts';
import { durationSeconds } from '../core/normalise/duration-or-time.ts';
import { hasUnknown, type ValueObject } from '../core/value.ts';
import { derivedFields } from '../planner/derive.ts';
import { createEnvironment } from '../planner/environment.ts';
import type { ResourceChange } from '../planner/plan.ts';
import type { ProviderKind } from '../providers/contract.ts';
import { required, type Run } from './run.ts';

/** The fields of a change at the moment it is written: everything is known now. */
export interface DesiredFields {
  /** As the manifest has it, references as IDs; the expiry as its text. */
  readonly resolved: ValueObject;
  /**
   * Canonical, the expiry as a time: what is sent and compared. With what a composite change, also
   * one that was interrupted, puts back at its end.
   */
  readonly canonical: ValueObject;
  readonly expiry: StateResource['expiry'];
}

export function desiredFields(run: Run, change: ResourceChange, kind: ProviderKind): DesiredFields {
  const desired = required(change.desired, 'the manifest entry');
  const { live, accounts, redactor } = run;
  const environment = createEnvironment(run.outcomes, live, accounts.kinds, redactor);
  const { outcomes } = run;
  const written: ValueObject = {
    ...resolveFields(desired.fields, environment),
    ...derivedFields(kind, change.derivedFrom ?? [], outcomes, accounts.kinds, live),
  };
  const interrupted = run.resources.get(change.address)?.pending?.restore;
  const wanted = { ...interrupted, ...change.restore, ...written };
  if (hasUnknown(wanted)) {
    throw new TrueupError(
      'lookup-failed',
      `${change.address} needs an attribute that the API does not report yet`,
      { hint: 'apply again when what it refers to is up' },
    );
  }
  const canonical = kind.canonical?.(wanted, live) ?? wanted;
  return withExpiry(run, kind, written, canonical, change);
}

/** A duration becomes a time when it is sent; the state keeps both. */
function withExpiry(
  run: Run,
  kind: ProviderKind,
  resolved: ValueObject,
  canonical: ValueObject,
  change: ResourceChange,
): DesiredFields {
  const role = kind.fields.find((field) => field.normaliser === 'duration-or-time');
  const [name] = role?.path ?? [];
  const text = name === undefined ? undefined : resolved[name];
  if (name === undefined || typeof text !== 'string') {
    return { resolved, canonical, expiry: undefined };
  }
  const recorded = run.resources.get(change.address)?.expiry;
  const isNew = change.action === 'create' || change.action === 'replace';
  if (!isNew && recorded?.text === text) {
    return { resolved, canonical: { ...canonical, [name]: recorded.time }, expiry: recorded };
  }
  const lengthSeconds = durationSeconds(text);
  const time =
    lengthSeconds === undefined
      ? text
      : new Date((Math.floor(run.clock.now() / 1_000) + lengthSeconds) * 1_000).toISOString();
  return { resolved, canonical: { ...canonical, [name]: time }, expiry: { text, time } };
}
