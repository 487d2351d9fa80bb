import { parse, stringify } from 'yaml';
import { isJsonObject, type Json } from '../../src/core/json.ts';
import { secretText, type Entries, type Manifest } from './random-entries.ts';
import { OTHER_ENDPOINT, OTHER_ID, type SpiceModel } from './random-spice.ts';
import { readStack } from './random-stack-files.ts';
import { listOf } from './random-stack-repair.ts';
import type { StackFiles } from './world.ts';

/**
 * A random stack with a part for Spice.ai, whose expressions read what the rest has; `alone`: of
 * the rest only the settings stay.
 */
export function withSpice(files: StackFiles, model: SpiceModel, alone: boolean): StackFiles {
  const whole = new Map(alone ? onlySettings(files) : files);
  const { manifest } = readStack(whole);
  const readers = alone ? {} : readersOf(model);
  const kinds = JSON.parse(resolved(JSON.stringify(model.kinds), manifest)) as Entries;
  const document = {
    spice: kinds,
    ...(Object.keys(readers).length > 0 ? { secrets: readers } : {}),
  };
  whole.set('spice.yaml', stringify(document));
  whole.set('trueup.yaml', withRules(whole.get('trueup.yaml') ?? '', model));
  for (const [, path] of JSON.stringify(kinds).matchAll(/"fromFile":"([^"]+)"/g)) {
    if (path !== undefined) whole.set(path, secretText(path));
  }
  return whole;
}

function onlySettings(files: StackFiles): StackFiles {
  const kept = new Map<string, string>();
  for (const [name, text] of files) {
    if (name === 'trueup.yaml') {
      const settings: unknown = parse(text);
      const { outputs: _, ...rest } = isJsonObject(settings) ? settings : {};
      kept.set(name, stringify({ ...rest, moved: [], removed: [] }));
    } else if (name.startsWith('environments/')) kept.set(name, '{}');
    else if (name.startsWith('secrets/')) kept.set(name, text);
  }
  return kept;
}

function readersOf({ readers }: SpiceModel): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(readers).map(([name, of]) => [
      name,
      { value: `\${spice.apiKeys.${of}.primary}` },
    ]),
  );
}

/** Endpoints of workspaces and IDs of groups, or a word where there are none. */
function resolved(text: string, manifest: Manifest): string {
  // A workspace that is suspended from the start never tells its endpoint.
  const workspaces = Object.entries(manifest.workspaces)
    .filter(([, entry]) => entry['suspended'] !== true)
    .map(([key]) => `\${singlestore.workspaces.${key}.endpoint}`);
  const groups = Object.keys(manifest.workspaceGroups).map(
    (key) => `\${workspaceGroups.${key}.id}`,
  );
  return text
    .replaceAll(OTHER_ENDPOINT, (_, number: string) => chosen(workspaces, number))
    .replaceAll(OTHER_ID, (_, number: string) => chosen(groups, number));
}

function chosen(items: readonly string[], number: string): string {
  return items[Number(number) % items.length] ?? 'nothing';
}

function withRules(settings: string, { moved, removed, named }: SpiceModel): string {
  const parsed: unknown = parse(settings);
  const whole = isJsonObject(parsed) ? parsed : {};
  return stringify({
    ...whole,
    ...(named ? { providers: { spice: { organization: 'acme' } } } : {}),
    moved: [...listOf(whole['moved']), ...moved],
    removed: [...listOf(whole['removed']), ...removed],
  });
}
