import { parseAllDocuments, stringify } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.ts';
import {
  KIND_NAMES,
  pick,
  secretText,
  type Entries,
  type Manifest,
  type Random,
} from './random-entries.ts';
import type { StackFiles } from './world.ts';

/** A stack as one environment sees it. */
export interface StackModel {
  /** What stands in trueup.yaml. */
  readonly settings: JsonObject;
  readonly manifest: Manifest;
  /** Environment it has an overlay for; undefined: it has none. */
  readonly environment: string | undefined;
}

const OVERLAY = /^environments\/(.*)\.yaml$/;

/** The `--env` that a random stack is run with. */
export function environmentOf(files: StackFiles): string | undefined {
  for (const name of files.keys()) {
    const match = OVERLAY.exec(name);
    if (match !== null) return match[1];
  }
  return undefined;
}

/** RFC 7386: what makes `from` into `to`. Holds only for a `to` without null. */
export function mergePatchOf(from: JsonObject, to: JsonObject): JsonObject {
  const patch: Record<string, Json> = {};
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) patch[key] = null;
  for (const [key, value] of Object.entries(to)) {
    const old = Object.hasOwn(from, key) ? from[key] : undefined;
    if (!isJsonObject(value)) {
      if (JSON.stringify(old) !== JSON.stringify(value)) patch[key] = value;
    } else {
      const inner = mergePatchOf(isJsonObject(old) ? old : {}, value);
      if (!isJsonObject(old) || Object.keys(inner).length > 0) patch[key] = inner;
    }
  }
  return patch;
}

/** RFC 7386: a patch applied. */
export function applyMergePatch(base: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const old = Object.hasOwn(result, key) ? result[key] : undefined;
    if (value === null) delete result[key];
    else if (!isJsonObject(value)) result[key] = value;
    else result[key] = applyMergePatch(isJsonObject(old) ? old : {}, value);
  }
  return result;
}

/** A stack as files, split, nested and written in one of many ways that mean the same. */
export function writeStack(random: Random, model: StackModel): StackFiles {
  const files = new Map<string, string>();
  const { manifest, environment } = model;
  const whole: JsonObject = { ...model.settings, ...manifest };
  const base = environment === undefined ? whole : disturbed(random, whole);
  const { settings, kinds } = parted(base);
  files.set('trueup.yaml', written(random, settings));
  const names = ['main.yaml', 'people.yml', 'more.yaml'].slice(0, 1 + Math.floor(random() * 3));
  const documents = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const piece of pieces(random, kinds)) {
    documents.get(pick(random, names))?.push(written(random, piece));
  }
  for (const [name, texts] of documents) {
    files.set(name, texts.length === 0 ? '{}' : shuffled(random, texts).join('\n---\n'));
  }
  if (environment !== undefined) {
    const patch = mergePatchOf(base, whole);
    files.set(`environments/${environment}.yaml`, written(random, patch));
  }
  for (const path of sourcesOf(whole)) files.set(path, secretText(path));
  return files;
}

/** What `writeStack` was given. */
export function readStack(files: StackFiles): StackModel {
  let whole: JsonObject = {};
  const environment = environmentOf(files);
  for (const [name, text] of files) {
    if (!/^[^/]*\.ya?ml$/.test(name)) continue;
    for (const document of documentsOf(text)) whole = applyMergePatch(whole, flat(document));
  }
  const overlay = files.get(`environments/${environment ?? ''}.yaml`);
  for (const document of documentsOf(overlay ?? '{}')) {
    whole = applyMergePatch(whole, flat(document));
  }
  const { settings, kinds } = parted(whole);
  const manifest = Object.fromEntries(KIND_NAMES.map((name) => [name, kinds[name] ?? {}]));
  return { settings, manifest: manifest as Manifest, environment };
}

export function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function documentsOf(text: string): readonly JsonObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as JsonObject);
}

/** Kinds out of their provider's block. */
function flat(document: JsonObject): JsonObject {
  const { singlestore, ...rest } = document;
  return isJsonObject(singlestore) ? applyMergePatch(rest, singlestore) : rest;
}

function isKind(name: string): boolean {
  return KIND_NAMES.some((kind) => kind === name);
}

function parted(whole: JsonObject): {
  readonly settings: JsonObject;
  readonly kinds: Readonly<Record<string, Entries>>;
} {
  const entries = Object.entries(whole);
  return {
    settings: Object.fromEntries(entries.filter(([name]) => !isKind(name))),
    kinds: Object.fromEntries(entries.filter(([name]) => isKind(name))) as Record<string, Entries>,
  };
}

/** One document an entry or a kind. */
function pieces(random: Random, kinds: Readonly<Record<string, Entries>>): readonly JsonObject[] {
  return Object.entries(kinds).flatMap(([kind, entries]): readonly JsonObject[] => {
    const nest = (part: JsonObject): JsonObject =>
      random() < 0.3 ? { singlestore: { [kind]: part } } : { [kind]: part };
    if (random() < 0.6) return Object.keys(entries).length === 0 ? [] : [nest(entries)];
    return Object.entries(entries).map(([key, entry]) => nest({ [key]: entry }));
  });
}

function written(random: Random, document: JsonObject): string {
  return random() < 0.3 ? JSON.stringify(document, undefined, 1) : stringify(document).trimEnd();
}

/** Base manifests that say something else, so that an overlay has something to say. */
function disturbed(random: Random, whole: JsonObject): JsonObject {
  const disturb = (value: Json, depth: number): Json | undefined => {
    if (random() < 0.08) return undefined;
    if (isJsonObject(value)) {
      const inner = Object.entries(value).flatMap(([key, item]) => {
        const left = disturb(item, depth + 1);
        return left === undefined ? [] : [[key, left] as const];
      });
      return Object.fromEntries(inner);
    }
    if (random() < 0.9) return value;
    return pick(random, ['other', ['other'], { other: 1 }]);
  };
  const kinds = Object.entries(whole).map(([name, value]) => {
    return [name, isKind(name) ? (disturb(value, 0) ?? {}) : value] as const;
  });
  return Object.fromEntries(kinds);
}

function sourcesOf(value: Json): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (item: Json): void => {
    if (typeof item !== 'object' || item === null) return;
    for (const [key, inner] of Object.entries(item) as readonly (readonly [string, Json])[]) {
      if (key === 'fromFile' && typeof inner === 'string') found.add(inner);
      else walk(inner);
    }
  };
  walk(value);
  return found;
}
