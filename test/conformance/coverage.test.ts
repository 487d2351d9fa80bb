import { describe, expect, test } from 'vitest';
import { toPointer } from '../../src/core/resolve.ts';
import { EMULATORS } from '../../src/emulator/registry.ts';
import type { ProviderKind } from '../../src/providers/contract.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { CONFORMANCE } from '../_helpers/conformance/index.ts';
import {
  attributesOf,
  enumsOf,
  lookedUpSubjects,
  managedSubjects,
  manifestFields,
} from '../_helpers/conformance/subjects.ts';

test('every provider of the registry has an emulator and cases, and no other has', () => {
  const registered = PROVIDERS.map(({ name }) => name).toSorted();
  expect(CONFORMANCE.map(({ provider }) => provider).toSorted()).toEqual(registered);
  expect(Object.keys(EMULATORS).toSorted()).toEqual(registered);
});

describe.each(PROVIDERS.map((provider) => [provider.name, provider] as const))(
  '%s',
  (name, own) => {
    const cases = CONFORMANCE.find(({ provider }) => provider === name)?.kinds ?? [];

    test('every kind has a case, and nothing else has', () => {
      const kinds = own.kinds.map((kind) => kind.name).toSorted();
      expect(cases.map(({ kind }) => kind).toSorted()).toEqual(kinds);
    });

    test('a kind is looked up or managed as its case says', () => {
      const managed = managedSubjects().map(({ kind }) => kind.type);
      const lookedUp = lookedUpSubjects().map(({ kind }) => kind.type);
      expect(managed).toEqual(typesOf(true));
      expect(lookedUp).toEqual(typesOf(false));
    });
  },
);

describe.each(managedSubjects().map((subject) => [subject.kind.type, subject] as const))(
  '%s',
  (_, { own, kind }) => {
    test('every field that a manifest may hold has a case', () => {
      const covered = own.fields.flatMap((item) => [item.field, ...(item.covers ?? [])]);
      expect([...new Set(covered)].toSorted()).toEqual(manifestFields(kind).toSorted());
    });

    test('every field that cannot change in place is replaced in its case', () => {
      const immutable = kind.fields.filter((field) => field.immutable === true);
      const pointers = immutable.map(({ path }) => toPointer(path));
      const replaced = own.fields.filter(({ action }) => action === 'replace');
      expect([...new Set(replaced.map(({ field }) => field))].toSorted()).toEqual(
        pointers.toSorted(),
      );
    });

    test('every enum of the schema has an answer with a value that nobody knows', () => {
      const covered = own.unknown.flatMap(({ fields }) => fields);
      expect([...new Set(covered)].toSorted()).toEqual(enumsOf(kind).toSorted());
    });

    test('only what the schema calls an attribute is said to be absent', () => {
      expect(attributesOf(kind)).toEqual(expect.arrayContaining(Object.keys(own.absent)));
    });

    test('the minimal entry has nothing that the full one has not', () => {
      expect(Object.keys(own.full)).toEqual(expect.arrayContaining(Object.keys(own.minimal)));
      expect(kindNames(own.minimal, kind)).not.toEqual([]);
    });
  },
);

function kindNames(entry: object, kind: ProviderKind): readonly string[] {
  return Object.keys(entry).filter((name) => kind.fields.some(({ path }) => path[0] === name));
}

/** Types of the registry that are managed, or those that are not. */
function typesOf(isManaged: boolean): readonly string[] {
  return PROVIDERS.flatMap(({ kinds }) => kinds)
    .filter(({ managed }) => managed === isManaged)
    .map(({ type }) => type);
}
