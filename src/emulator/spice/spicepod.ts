import { parse } from 'yaml';
import { isFields } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Problem } from './problem.ts';

const VERSIONS = ['v1beta1', 'v1', 'v2'];

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (!isFields(value)) return value;
  const names = Object.keys(value).toSorted();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}

function parsed(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
  } catch {
    return undefined;
  }
}

/** A spicepod as the server keeps it, out of YAML text or an object; 400 for anything else. */
export function spicepodOf(value: Json, migrates: boolean): Fields {
  const pod = typeof value === 'string' ? parsed(value) : value;
  const invalid = new Problem(400, 'Invalid spicepod');
  if (!isFields(pod)) throw invalid;
  const { kind = 'Spicepod', version = 'v2', name = '' } = pod;
  const known = typeof version === 'string' && VERSIONS.includes(version);
  if (kind !== 'Spicepod' || !known || typeof name !== 'string') throw invalid;
  const kept = sorted(migrates && 'version' in pod ? { ...pod, version: 'v2' } : pod);
  return isFields(kept) ? kept : {};
}

/** Whether two spicepods say the same. */
export function sameSpicepod(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(sorted(one ?? null)) === JSON.stringify(sorted(other ?? null));
}

/** Names of the secrets a spicepod asks for. */
export function secretsNamedIn(spicepod: Json | undefined): readonly string[] {
  const found = JSON.stringify(spicepod ?? null).matchAll(/\$\{\s*secrets:([A-Za-z_]\w*)\s*\}/g);
  return [...new Set([...found].map(([, name]) => name ?? ''))];
}
