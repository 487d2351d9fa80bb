import { unreachable } from '../core/errors.ts';
import type { SourcePosition } from '../core/diagnostic.ts';
import type { DesiredOutput, DesiredResource, Stack } from '../core/resource.ts';
import type { Secret } from '../core/secret.ts';
import type { AttributeReference, Term } from '../core/value.ts';

/** Where a secret comes from. */
export type SecretSource =
  | { readonly type: 'env'; readonly name: string }
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'command'; readonly argv: readonly string[] };

/** Where a source is written, for its errors; asked for only when there is one. */
export interface SourcePlace {
  readonly position: SourcePosition;
  readonly lineText?: string;
}

/** A secret that has not been read yet. */
export class SourceTerm {
  readonly source: SecretSource;
  readonly place: () => SourcePlace;

  constructor(source: SecretSource, place: () => SourcePlace) {
    this.source = source;
    this.place = place;
  }
}

export type SourcePart = string | Secret | AttributeReference | SourceTerm;

/** A text with secrets in it that have not been read yet. */
export class SourceTemplate {
  readonly parts: readonly SourcePart[];

  constructor(parts: readonly SourcePart[]) {
    this.parts = parts;
  }
}

/** What `loadStack` gives: a Term whose secrets may still have to be read. */
export type LoadedTerm =
  | Term
  | SourceTerm
  | SourceTemplate
  | readonly LoadedTerm[]
  | LoadedTermObject;
export interface LoadedTermObject {
  readonly [key: string]: LoadedTerm;
}

export interface LoadedResource extends Omit<DesiredResource, 'fields'> {
  readonly fields: LoadedTermObject;
}

export interface LoadedOutput extends Omit<DesiredOutput, 'value'> {
  readonly value: LoadedTerm;
}

/** A stack as its manifests say it; `resolveSources` makes it a Stack. */
export interface LoadedStack extends Omit<Stack, 'resources' | 'outputs'> {
  readonly resources: readonly LoadedResource[];
  readonly outputs: readonly LoadedOutput[];
}

export function isLoadedObject(term: unknown): term is LoadedTermObject {
  if (typeof term !== 'object' || term === null || Array.isArray(term)) return false;
  const prototype: unknown = Object.getPrototypeOf(term);
  return prototype === Object.prototype || prototype === null;
}

/** The source as a manifest writes it, without its place: what makes two sources the same. */
export function sourceKey(source: SecretSource): string {
  return JSON.stringify(source);
}

/** The source in a sentence. */
export function sourceText(source: SecretSource): string {
  switch (source.type) {
    case 'env':
      return `environment variable ${source.name}`;
    case 'file':
      return `file ${source.path}`;
    case 'command':
      return `command ${source.argv[0] ?? ''}`;
    default:
      return unreachable(source);
  }
}
