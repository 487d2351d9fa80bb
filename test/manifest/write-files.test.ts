import { describe, expect, it } from 'vitest';
import { escaped } from '../../src/manifest/write-entry.ts';
import { fileNames, writeFiles, type Place } from '../../src/manifest/write-files.ts';
import { kindTable, PROVIDERS } from '../../src/providers/registry.ts';
import { load, resourceOf } from './_load.ts';

const KINDS = kindTable(PROVIDERS);

function kindOf(type: string) {
  const kind = KINDS.get(type);
  if (kind === undefined) throw new Error(`no ${type}`);
  return kind;
}

describe('writeFiles', () => {
  it.each([' \n', '\n\n', 'a\n\n', ' a\n b', '<<', '1e3', '0o7', 'yes', '$${x} ${y}'])(
    'writes the text %j so that it is read again',
    (text) => {
      const fields = { description: escaped(text) };
      const kind = kindOf('singlestore.teams');
      const entry = { kind, key: 'a', file: 'a.yaml', fields, writeOnly: [], transient: [] };
      const { stack } = load(Object.fromEntries(writeFiles([entry], KINDS, false)), {
        kinds: KINDS,
      });
      if (stack === undefined) throw new Error('no stack');
      expect(resourceOf(stack, 'singlestore.teams.a').fields['description']).toBe(text);
    },
  );
});

describe('fileNames', () => {
  it('of groups whose keys differ only in case differ in more', () => {
    const kind = kindOf('singlestore.workspaceGroups');
    const places = ['main', 'Main', 'MAIN', 'teams', 'other'].map((key): Place => {
      return { kind, key, inside: { kind, key } };
    });
    expect(places.map(fileNames(places, KINDS, 'group'))).toEqual([
      'workspace-groups-main-3.yaml',
      'workspace-groups-Main-2.yaml',
      'workspace-groups-MAIN.yaml',
      'workspace-groups-teams.yaml',
      'other.yaml',
    ]);
  });
});
