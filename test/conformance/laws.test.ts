import { expect, test } from 'vitest';
import type { LiveView } from '../../src/core/live.ts';
import { normaliseField } from '../../src/core/normalise/normalise-field.ts';
import { resolveFields, valueAt, withValueAt } from '../../src/core/resolve.ts';
import { compareUnits } from '../../src/core/schema-fields.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Value, ValueObject } from '../../src/core/value.ts';
import type { ProviderKind } from '../../src/providers/contract.ts';
import {
  applied,
  entryOf,
  manifestWith,
  type Subject,
} from '../_helpers/conformance/assertions.ts';
import type { Entry } from '../_helpers/conformance/case.ts';
import { createStage, type Stage } from '../_helpers/conformance/stage.ts';
import { managedSubjects } from '../_helpers/conformance/subjects.ts';

const SUBJECTS = managedSubjects().map((subject) => [subject.kind.type, subject] as const);

test.each(SUBJECTS)('%s has one form for each thing, and it stays', async (_, subject) => {
  expect.hasAssertions();
  const stage = await createStage(subject.provider);
  const whole = manifestWith(subject, subject.own.full, {});
  await applied(stage, whole);
  const { kind, address } = subject;
  const inventory = await stage.list(kind, stage.scopeOf(address));
  const live = stage.live();
  const written = await Promise.all(
    entriesOf(subject, stage).map((entry) => fieldsOf(subject, stage, entry)),
  );
  const all = [...written, ...inventory.objects.map(({ fields }) => fields)];
  for (const fields of all.flatMap((one) => [one, ...respelt(kind, one)])) {
    const once = canonical(kind, fields, live);
    expect(canonical(kind, once, live)).toEqual(once);
    const normal = normalised(kind, once);
    expect(normalised(kind, normal)).toEqual(normal);
    expect(normalised(kind, canonical(kind, normal, live))).toEqual(normal);
  }
});

/** Every entry that the cases of the kind write. */
function entriesOf({ own }: Subject, { known }: Stage): readonly Entry[] {
  const ofFields = own.fields.flatMap((item) => {
    const base = { ...own.full, ...entryOf(item.base ?? {}, known) };
    return [{}, item.changed, ...(item.same ?? [])].map((over) => ({
      ...base,
      ...entryOf(over, known),
    }));
  });
  return [own.minimal, own.full, ...ofFields];
}

/** The subject's fields as its kind gets them, with IDs in place of references. */
async function fieldsOf(subject: Subject, stage: Stage, entry: Entry): Promise<ValueObject> {
  const { resources } = await stage.load(manifestWith(subject, entry, {}));
  const found = resources.find(({ address }) => address.endsWith(`.${subject.address}`));
  return resolveFields(found?.fields ?? {}, {
    attribute: () => 'a-value',
    reference: () => 'an-id',
    secret: (plain) => Secret.create(plain),
  });
}

/** The same with the texts that have a normaliser in other letters and with spaces around them. */
function respelt(kind: ProviderKind, fields: ValueObject): readonly ValueObject[] {
  const spellings: readonly ((text: string) => string)[] = [
    (text) => text.toUpperCase(),
    (text) => text.toLowerCase(),
    (text) => ` ${text}\t`,
  ];
  const roles = compareUnits(kind.fields).filter((role) => role.normaliser !== undefined);
  return spellings.map((spell) =>
    roles.reduce((now, role) => {
      const value = valueAt(now, role.path);
      return value === undefined ? now : withValueAt(now, role.path, inTexts(value, spell));
    }, fields),
  );
}

function inTexts(value: Value, spell: (text: string) => string): Value {
  if (typeof value === 'string') return spell(value);
  return Array.isArray(value) ? value.map((item: Value) => inTexts(item, spell)) : value;
}

function canonical(kind: ProviderKind, fields: ValueObject, live: LiveView): ValueObject {
  return kind.canonical?.(fields, live) ?? fields;
}

function normalised(kind: ProviderKind, fields: ValueObject): ValueObject {
  return compareUnits(kind.fields).reduce((now, role) => {
    const value = valueAt(now, role.path);
    return value === undefined ? now : withValueAt(now, role.path, normaliseField(role, value));
  }, fields);
}
