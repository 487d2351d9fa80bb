import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareUnits } from '../../src/core/schema-fields.ts';
import { kindTable, PROVIDERS } from '../../src/providers/registry.ts';
import { clientOf } from './singlestore/world.ts';

const KINDS = [...kindTable(PROVIDERS).values()];
const MANAGED = KINDS.filter(({ managed }) => managed);

describe('the registry', () => {
  it('knows each kind by its type, and every type that a kind needs', () => {
    const types = new Set(KINDS.map(({ type }) => type));
    expect(types.size).toBe(KINDS.length);
    for (const kind of KINDS) {
      expect(kind.type).toBe(`${kind.provider}.${kind.name}`);
      const references = kind.fields.flatMap(({ reference }) => reference ?? []);
      const contained = kind.contains.map(({ type }) => type);
      for (const type of [...kind.needs, ...references, ...contained])
        expect(types).toContain(type);
    }
  });

  it('reads the organization', async () => {
    const [provider] = PROVIDERS;
    const client = clientOf({ '/v1/organizations/current': { orgID: 'o-1', name: 'Acme' } });
    expect(await provider?.organization(client)).toEqual({ id: 'o-1', name: 'Acme' });
    const broken = clientOf({ '/v1/organizations/current': [] });
    await expect(provider?.organization(broken)).rejects.toMatchObject({
      code: 'api-response-invalid',
    });
  });
});

describe.each(MANAGED.map((kind) => [kind.name, kind] as const))('the schema of %s', (_, kind) => {
  it('explains every field', () => {
    const silent = kind.fields.filter(({ description }) => !description.endsWith('.'));
    expect(silent.map(({ path }) => path.join('.'))).toEqual([]);
  });

  it('names the field that names it', () => {
    const names = kind.fields.map(({ path }) => path.join('.'));
    expect(names).toContain(kind.key.nameField ?? names[0]);
    expect(compareUnits(kind.fields).length).toBeGreaterThan(1);
  });

  it('refuses an unknown field and says which', () => {
    const problems = kind.checkShape({ nonsense: 1 });
    expect(problems).toContainEqual(
      expect.objectContaining({
        keyword: 'additionalProperties',
        params: { additionalProperty: 'nonsense' },
      }),
    );
  });
});

describe('shape checks', () => {
  it.each([
    ['workspaces', { workspaceGroup: 'main', size: 'S-2', autoSuspend: null }, []],
    ['workspaces', { workspaceGroup: 'main', size: 'big' }, ['/size pattern']],
    ['workspaces', {}, [' required']],
    [
      'workspaces',
      { workspaceGroup: 'm', autoScale: { maxScaleFactor: 3 } },
      ['/autoScale/maxScaleFactor enum'],
    ],
    ['workspaceGroups', { provider: 'azure', regionName: 'eastus2', firewallRanges: [] }, []],
    ['workspaceGroups', { updateWindow: { day: 7, hour: 0 } }, ['/updateWindow/day maximum']],
    [
      'accessControls',
      { object: { team: 't', secret: 's' }, role: 'x' },
      ['/object maxProperties'],
    ],
    ['accessControls', { object: { organization: true }, role: 'Owner', users: ['a@b'] }, []],
    ['teams', { members: { users: ['ann'] } }, ['/members/users/0 pattern']],
    ['secrets', { name: 'a-b' }, ['/name pattern']],
    ['apps', { name: 'abc' }, ['/name pattern']],
    ['apps', { name: 'orders_app' }, ['/name pattern']],
    ['apps', { tags: { path: 'a/b' } }, ['/tags/path pattern']],
    ['apps', { resources: { limits: { cpu: '-', memory: '8Gi' } }, image_tag: null }, []],
    ['apps', { resources: { limits: { cpu: '0.5' } } }, ['/resources/limits/cpu pattern']],
    ['apps', { replicas: 11, spicepod: 'name: x' }, ['/spicepod type', '/replicas maximum']],
    ['members', { roles: ['boss'] }, ['/roles/0 enum']],
  ])('%s %j: %j', (name, data, expected) => {
    const kind = KINDS.find((one) => one.name === name);
    const found = kind?.checkShape(data) ?? [];
    const told = found.map(
      ({ path, keyword }) => `${path.map((part) => `/${part}`).join('')} ${keyword}`,
    );
    expect(told).toEqual(expected);
  });
});

describe('generated code', () => {
  it('is in step with the schemas, and imports nothing at run time', () => {
    execFileSync('node', ['scripts/generate.mjs', '--check'], { stdio: 'pipe' });
    for (const { name } of PROVIDERS) {
      const code = readFileSync(`src/providers/${name}/generated/validators.ts`, 'utf8');
      expect(code).not.toMatch(/require\(|^import (?!type)/m);
    }
  });
});
