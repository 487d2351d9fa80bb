import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reveal } from '../../../src/core/secret.ts';
import type { LiveObject } from '../../../src/core/live.ts';
import { workspaceGroups as kind } from '../../../src/providers/singlestore/workspace-groups.ts';
import {
  answer,
  body,
  change,
  check,
  codesOf,
  contextOf,
  inventory,
  listOf,
  liveOf,
  NOTHING,
  redactor,
  resource,
  step,
  viewOf,
} from './world.ts';

const REGION_ID = '11111111-1111-4111-8111-111111111111';
const REGIONS = viewOf(
  inventory('singlestore.regions', [
    liveOf('singlestore.regions', REGION_ID, {
      provider: 'AWS',
      regionName: 'us-east-1',
      region: 'US East 1 (N. Virginia)',
    }),
    liveOf('singlestore.regions', 'r-2', {
      provider: 'Azure',
      regionName: 'eastus2',
      region: 'East US 2',
    }),
  ]),
);

const READ = {
  workspaceGroupID: 'g-1',
  name: 'acme-main',
  provider: 'AWS',
  regionID: REGION_ID,
  regionName: 'us-east-1',
  projectID: 'p-1',
  projectName: 'Standard Project',
  createdAt: '2026-11-01T10:00:00.1234Z',
  terminatedAt: '0001-01-01T00:00:00Z',
  expiresAt: '0001-01-01T00:00:00Z',
  firewallRanges: ['10.0.0.0/8'],
  state: 'ACTIVE',
  updateWindow: { day: 1, hour: 3, extra: true },
};

async function readOne(item: object): Promise<LiveObject> {
  const { objects, complete } = await listOf(kind, { '/v1/workspaceGroups': [item] });
  expect(complete).toBe(true);
  const [object] = objects;
  if (object === undefined) throw new Error('nothing was read');
  return object;
}

describe('reading workspace groups', () => {
  it('maps the names of the API and takes the zero time for none', async () => {
    const live = await readOne(READ);
    expect(live).toMatchObject({ id: 'g-1', status: 'settled', createdAt: READ.createdAt });
    expect(live.fields).toEqual({
      name: 'acme-main',
      provider: 'AWS',
      regionName: 'us-east-1',
      regionID: REGION_ID,
      project: 'p-1',
      updateWindow: { day: 1, hour: 3 },
      firewallRanges: ['10.0.0.0/8'],
      allowAllTraffic: false,
    });
    expect(live.attributes).toEqual({
      projectName: 'Standard Project',
      state: 'ACTIVE',
      createdAt: READ.createdAt,
    });
  });

  it.each([
    ['ACTIVE', 'settled'],
    ['PENDING', 'settled'],
    ['FAILED', 'failed'],
    ['TERMINATED', 'gone'],
    ['TRANSITIONING', 'pending'],
  ])('takes the state %s for %s', async (state, status) => {
    expect((await readOne({ ...READ, state })).status).toBe(status);
  });

  it('reads an update window whose numbers are told as texts', async () => {
    const { fields } = await readOne({ ...READ, updateWindow: { day: '1', hour: '03' } });
    expect(fields['updateWindow']).toEqual({ day: 1, hour: 3 });
  });

  it('reads an open group in one form, however the API says it', async () => {
    const { firewallRanges: _, ...withoutRanges } = READ;
    const forms = [
      { ...withoutRanges, allowAllTraffic: true },
      { ...READ, firewallRanges: [], allowAllTraffic: true },
      { ...READ, firewallRanges: ['10.0.0.0/8', '0.0.0.0/0'] },
    ];
    for (const form of forms) {
      const { fields } = await readOne(form);
      expect(fields).toMatchObject({ allowAllTraffic: true, firewallRanges: ['0.0.0.0/0'] });
    }
  });

  it('is incomplete when an item cannot be understood, and keeps the others', async () => {
    const result = await listOf(kind, { '/v1/workspaceGroups': [READ, { name: 'no id' }, 3] });
    expect(result).toMatchObject({ complete: false, problem: { code: 'api-response-invalid' } });
    expect(result.objects).toHaveLength(1);
  });

  it('is incomplete when the answer is no list', async () => {
    const result = await listOf(kind, { '/v1/workspaceGroups': { groups: [] } });
    expect(result).toMatchObject({ complete: false, objects: [] });
  });

  it('tells a missing object from one that is there', async () => {
    const context = contextOf({ '/v1/workspaceGroups/g-1': READ });
    expect(await kind.read(context, 'g-1', undefined)).toMatchObject({ id: 'g-1' });
    expect(await kind.read(context, 'g-2', undefined)).toBeUndefined();
  });
});

describe('canonical form of workspace groups', () => {
  it('is idempotent and adds no field', () => {
    const range = fc.constantFrom('0.0.0.0/0', '10.0.0.0/8', ' 0.0.0.0/0', '203.0.113.7');
    const fields = fc.record(
      {
        provider: fc.constantFrom('aws', 'AZURE', 'Gcp'),
        firewallRanges: fc.array(range),
        allowAllTraffic: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (given) => {
        const once = kind.canonical?.(given, REGIONS) ?? {};
        expect(kind.canonical?.(once, REGIONS)).toEqual(once);
        expect(Object.keys(once).toSorted()).toEqual(Object.keys(given).toSorted());
      }),
    );
  });

  it('brings desired and live of an open group to the same', async () => {
    const live = await readOne({ ...READ, firewallRanges: [], allowAllTraffic: true });
    const canonicalLive = kind.canonical?.(live.fields, NOTHING);
    const byRange = kind.canonical?.({ firewallRanges: ['10.0.0.0/8', '0.0.0.0/0'] }, NOTHING);
    const byFlag = kind.canonical?.({ allowAllTraffic: true }, NOTHING);
    expect(byRange?.['firewallRanges']).toEqual(canonicalLive?.['firewallRanges']);
    expect(byFlag?.['allowAllTraffic']).toBe(canonicalLive?.['allowAllTraffic']);
  });

  it('spells the provider as the API does', () => {
    expect(kind.canonical?.({ provider: 'azure' }, NOTHING)).toEqual({ provider: 'Azure' });
  });
});

describe('writing workspace groups', () => {
  const password = redactor.secret('Correct-Horse-9-Battery');

  it('creates with the names of the API', () => {
    const after = {
      name: 'acme-main',
      provider: 'aws',
      regionName: 'us-east-1',
      project: 'p-1',
      firewallRanges: ['10.0.0.0/8'],
      adminPassword: password,
      expiresAt: '3h30m',
    };
    expect(kind.request(step('create', { after }))).toEqual({
      method: 'POST',
      path: '/v1/workspaceGroups',
      body: {
        name: 'acme-main',
        provider: 'AWS',
        regionName: 'us-east-1',
        projectID: 'p-1',
        firewallRanges: ['10.0.0.0/8'],
        adminPassword: password,
        expiresAt: '3h30m',
      },
    });
  });

  it('always sends firewallRanges on create', () => {
    expect(body(kind, step('create', { after: { name: 'a', allowAllTraffic: true } }))).toEqual({
      name: 'a',
      firewallRanges: ['0.0.0.0/0'],
      allowAllTraffic: true,
    });
  });

  it('patches only what changes', () => {
    const after = { name: 'b', deploymentType: 'PRODUCTION', firewallRanges: [] };
    const input = step('update', { id: 'g-1', after, changed: ['/name'] });
    expect(kind.request(input)).toEqual({
      method: 'PATCH',
      path: '/v1/workspaceGroups/g-1',
      body: { name: 'b' },
    });
  });

  it('closes an open group in both fields', async () => {
    const before = await readOne({ ...READ, firewallRanges: [], allowAllTraffic: true });
    const after = { firewallRanges: ['10.0.0.0/8'] };
    expect(body(kind, step('update', { id: 'g-1', before, after }))).toEqual({
      firewallRanges: ['10.0.0.0/8'],
      allowAllTraffic: false,
    });
    expect(
      body(kind, step('update', { id: 'g-1', before, after: { allowAllTraffic: false } })),
    ).toEqual({ firewallRanges: [], allowAllTraffic: false });
  });

  it('never sends an empty password', () => {
    const after = { adminPassword: redactor.secret('') };
    expect(kind.request(step('update', { id: 'g-1', after }))).toBeUndefined();
  });

  it('forces a delete only where that was approved', () => {
    expect(kind.request(step('delete', { id: 'g 1' }))).toEqual({
      method: 'DELETE',
      path: '/v1/workspaceGroups/g%201',
    });
    expect(kind.request(step('delete', { id: 'g', force: true }))?.query).toEqual({
      force: 'true',
    });
  });

  it('tells a generated password from the one that was sent', () => {
    const sent = step('create', { after: { name: 'a', adminPassword: password } });
    const generated = answer({ workspaceGroupID: 'g-1', adminPassword: 'Generated-0-Secret' });
    const echoed = answer({ workspaceGroupID: 'g-1', adminPassword: reveal(password) });
    expect(kind.result(sent, echoed, redactor)).toEqual({ id: 'g-1' });
    const [value] = kind.result(sent, generated, redactor).generated ?? [];
    expect(value?.pointer).toBe('/adminPassword');
    expect(value === undefined ? '' : reveal(value.value)).toBe('Generated-0-Secret');
    expect(JSON.stringify(kind.result(sent, generated, redactor))).not.toContain('Generated-0');
  });

  it('refuses an answer without an ID', () => {
    expect(() => kind.result(step('create'), answer({}), redactor)).toThrow(
      expect.objectContaining({ code: 'api-response-invalid' }),
    );
  });

  it('waits for the firewall after an update, and for ACTIVE after a create', async () => {
    const after = { name: 'acme-main', firewallRanges: ['10.1.0.0/16', '10.0.0.0/8'] };
    const late = await readOne(READ);
    const there = await readOne({
      ...READ,
      state: 'PENDING',
      firewallRanges: ['10.0.0.0/8', '10.1.0.0/16'],
    });
    expect(kind.stepDone?.(step('update', { after }), late)).toBe(false);
    expect(kind.stepDone?.(step('update', { after }), there)).toBe(true);
    expect(kind.stepDone?.(step('create', { after }), there)).toBe(false);
  });
});

const gone = (terminatedAt: string): LiveObject => ({
  ...liveOf(kind.type, 'g-1', {}),
  status: 'gone',
  attributes: { terminatedAt },
});

describe('checks of workspace groups', () => {
  it.each([
    [{ provider: 'AWS' }, 1],
    [{ regionName: 'us-east-1' }, 1],
    [{ provider: 'AWS', regionName: 'us-east-1' }, 0],
    [{ regionID: REGION_ID, provider: 'AWS', regionName: 'us-east-1' }, 1],
    [{ allowAllTraffic: false, firewallRanges: ['0.0.0.0/0'] }, 1],
    [{ optInPreviewFeature: true }, 1],
    [{ optInPreviewFeature: true, deploymentType: 'NON-PRODUCTION' }, 0],
  ])('offline: %j has %d problems', (fields, count) => {
    expect(kind.checkFields?.(fields)).toHaveLength(count);
  });

  it('finds a wrong region and suggests the right one', () => {
    const fields = { provider: 'aws', regionName: 'us-esat-1', firewallRanges: [] };
    const problems = kind.check?.(check(resource(kind.type, 'main', fields), REGIONS)) ?? [];
    expect(codesOf(problems)).toEqual(['name-unknown']);
    expect(problems[0]?.message).toContain('did you mean "us-east-1"?');
  });

  it('accepts a right region in any case, and says nothing where regions were not read', () => {
    const fields = { provider: 'aws', regionName: 'US-East-1', firewallRanges: [] };
    const own = resource(kind.type, 'main', fields);
    expect(kind.check?.(check(own, REGIONS))).toEqual([]);
    const wrong = resource(kind.type, 'main', { ...fields, regionName: 'x' });
    expect(kind.check?.(check(wrong, NOTHING))).toEqual([]);
  });

  it('says nothing of the region of a group that is there: it may take no new ones', () => {
    const fields = { provider: 'AWS', regionName: 'us-west-9', firewallRanges: [] };
    const problemsOf = (id?: string) =>
      kind.check?.(check(resource(kind.type, 'main', fields, id), REGIONS));
    expect([problemsOf()?.length, problemsOf('g-1')?.length]).toEqual([1, 0]);
  });

  it('asks for region and firewall of a new group only', () => {
    expect(codesOf(kind.check?.(check(resource(kind.type, 'a', {}), NOTHING)))).toHaveLength(2);
    expect(kind.check?.(check(resource(kind.type, 'a', {}, 'g-1'), NOTHING))).toEqual([]);
  });

  it('calls deleting one data loss', () => {
    const before = liveOf(kind.type, 'g-1', { name: 'acme-main' });
    expect(kind.assess?.(change({ operation: 'delete', before }))?.[0]?.risk).toBe('data-loss');
  });

  it('knows an expired group from one that was terminated before its time', () => {
    const recorded = { expiry: { text: '3h', time: '2026-11-01T13:00:00Z' } };
    expect(kind.expiredAt?.(gone('2026-11-01T13:00:05Z'), recorded)).toBe('2026-11-01T13:00:00Z');
    expect(kind.expiredAt?.(gone('2026-11-01T11:00:00Z'), recorded)).toBeUndefined();
    expect(kind.expiredAt?.(liveOf(kind.type, 'g-1', {}), recorded)).toBeUndefined();
  });
});
