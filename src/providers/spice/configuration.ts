import type { Derivation, DerivationSource } from '../../core/kind.ts';
import { reveal, Secret } from '../../core/secret.ts';
import {
  hasNotCompared,
  hasUnknown,
  isValueObject,
  NotCompared,
  Unknown,
  type Value,
  type ValueObject,
} from '../../core/value.ts';

const APPS = 'spice.apps';
const SECRETS = 'spice.appSecrets';

/** Settings of an app that what is running does not depend on, or that never change. */
const NOT_DEPLOYED = new Set([
  'name',
  'region',
  'cname',
  'cluster_name',
  'description',
  'visibility',
  'tags',
]);

/**
 * What a deployment makes of its app: the settings and secrets that the stack has for it, as one
 * secret text. Only its digest is kept, and it is never sent. The last deployment is to have
 * succeeded.
 */
export const configurationOfApp: Derivation = {
  from: [APPS, SECRETS],
  label: 'configuration of the app',
  groupOf: ({ type, address, fields }) => (type === APPS ? address : identityOf(fields['app'])),
  fields(sources) {
    const succeeded = { status: 'succeeded' };
    if (sources.length === 0) return succeeded;
    return { ...succeeded, configuration: configurationOf(sources) };
  },
};

/** An app by its ID, or by the entry or the name that stands for one not known yet. */
function identityOf(app: Value | undefined): string | undefined {
  if (app instanceof Unknown) return app.of;
  return typeof app === 'string' ? app : undefined;
}

function configurationOf(sources: readonly DerivationSource[]): Value {
  // What runs may have been deployed with the value that is written over, whoever wrote that.
  if (sources.some(isChanging)) return new Unknown();
  const parts = sources.map((source) => [partName(source), partOf(source)] as const);
  const whole: ValueObject = Object.fromEntries(parts);
  if (hasNotCompared(whole)) return new NotCompared();
  if (hasUnknown(whole)) return new Unknown();
  // Known to no redactor: it leaves the process only as a digest.
  return Secret.create(stableText(whole));
}

function isChanging({ type, changing = [] }: DerivationSource): boolean {
  return type === APPS && changing.some((name) => !NOT_DEPLOYED.has(name));
}

/** Not the address: an entry with another key deploys nothing else. */
function partName({ type, fields }: DerivationSource): string {
  const { name } = fields;
  return type === SECRETS && typeof name === 'string' ? `secret ${name}` : 'app';
}

/** With its mark: between two equal values of a secret a deployment may have got another one. */
function partOf({ type, fields, mark = null }: DerivationSource): Value {
  if (type === SECRETS) return { value: fields['value'] ?? null, written: mark };
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !NOT_DEPLOYED.has(name)));
}

/** JSON with sorted keys; a secret is revealed, since the text becomes one. */
function stableText(value: Value): string {
  if (value instanceof Secret) return JSON.stringify(reveal(value));
  if (Array.isArray(value)) return `[${value.map((item: Value) => stableText(item)).join(',')}]`;
  if (!isValueObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${stableText(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}
