import type { ProviderKind } from '../../../src/providers/contract.ts';
import { PROVIDERS } from '../../../src/providers/registry.ts';
import { toPointer } from '../../../src/core/resolve.ts';
import type { Subject } from './assertions.ts';
import { isLookedUp, type LookedUpCase, type ProviderCases } from './case.ts';
import { CONFORMANCE } from './index.ts';

export interface LookedUpSubject {
  readonly provider: ProviderCases;
  readonly kind: ProviderKind;
  readonly own: LookedUpCase;
}

/** Every kind of the registry that is managed and has a case. */
export function managedSubjects(): readonly Subject[] {
  return pairs().flatMap(({ provider, kind, own }) =>
    isLookedUp(own) ? [] : [{ provider, kind, own, address: `${own.kind}.subject` }],
  );
}

/** Every kind of the registry that is looked up and has a case. */
export function lookedUpSubjects(): readonly LookedUpSubject[] {
  return pairs().flatMap(({ provider, kind, own }) =>
    isLookedUp(own) ? [{ provider, kind, own }] : [],
  );
}

function pairs() {
  return PROVIDERS.flatMap((registered) => {
    const provider = CONFORMANCE.find((one) => one.provider === registered.name);
    return registered.kinds.flatMap((kind) => {
      const own = provider?.kinds.find((one) => one.kind === kind.name);
      return provider === undefined || own === undefined ? [] : [{ provider, kind, own }];
    });
  });
}

/** Every field of a kind that a manifest may hold; elements of a list count only by their parts. */
export function manifestFields(kind: ProviderKind): readonly string[] {
  return kind.fields
    .filter((field) => field.readOnly !== true && field.path.at(-1) !== '*')
    .map((field) => toPointer(field.path));
}

/** What the API sets: names of the fields that are read only. */
export function attributesOf(kind: ProviderKind): readonly string[] {
  return kind.fields
    .filter((field) => field.readOnly === true && field.path.length === 1)
    .map((field) => field.path[0] ?? '');
}

/** JSON pointers of the fields that are read back and have a closed list of several values. */
export function enumsOf(kind: ProviderKind): readonly string[] {
  const untold = kind.fields.filter((field) => field.readOnly === true || field.writeOnly === true);
  const pointers = untold.map(({ path }) => toPointer(path));
  return [...new Set(enumsIn(kind.schema, ''))].filter((pointer) => !pointers.includes(pointer));
}

function enumsIn(schema: unknown, pointer: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap((part) => enumsIn(part, pointer));
  return Object.entries(schema).flatMap(([word, part]: [string, unknown]) => {
    if (word === 'enum') return Array.isArray(part) && part.length > 1 ? [pointer] : [];
    if (word === 'properties') {
      return Object.entries(part as object).flatMap(([name, inner]: [string, unknown]) =>
        enumsIn(inner, `${pointer}/${name}`),
      );
    }
    if (word === 'items') return enumsIn(part, `${pointer}/*`);
    return COMBINED.includes(word) ? enumsIn(part, pointer) : [];
  });
}

const COMBINED = ['anyOf', 'oneOf', 'allOf', 'then', 'else'];
