import { describe, expect, it } from 'vitest';
import { createGroup, harness } from './harness.ts';
import type { Json } from './harness.ts';

describe('secrets', () => {
  it('return their value, in the list too unless the switch says no', async () => {
    const world = harness({ switches: { secretsListShape: 'array' } });
    const secret = await world.post('/v1/secrets', { name: 'APP_DSN', value: 'v1' });
    expect(secret['value']).toBe('v1');
    expect(await world.list('/v1/secrets?name=APP_DSN')).toMatchObject([{ value: 'v1' }]);
    world.emulator.control.setSwitches({ secretValuesInList: false });
    expect((await world.list('/v1/secrets'))[0]).not.toHaveProperty('value');
  });

  it('are listed in an envelope', async () => {
    const world = harness();
    await world.post('/v1/secrets', { name: 'A', value: 'v' });
    expect(await world.get('/v1/secrets')).toMatchObject({ secrets: [{ name: 'A' }] });
  });

  it('have unique names of letters, digits and underscores, free again after deletion', async () => {
    const world = harness();
    const { secretID } = await world.post('/v1/secrets', { name: 'A', value: 'v' });
    const body = { name: 'A', value: 'v' };
    expect((await world.call('POST', '/v1/secrets', { ...body, name: 'a-b' })).status).toBe(400);
    expect((await world.call('POST', '/v1/secrets', body)).status).toBe(409);
    await world.call('DELETE', `/v1/secrets/${String(secretID)}`);
    expect((await world.call('POST', '/v1/secrets', body)).status).toBe(200);
  });

  it('are gone after deletion, or leave a tombstone by switch', async () => {
    for (const [secretTombstones, status] of [
      [false, 404],
      [true, 200],
    ] as const) {
      const world = harness({ switches: { secretTombstones } });
      const { secretID } = await world.post('/v1/secrets', { name: 'A', value: 'planted' });
      const path = `/v1/secrets/${String(secretID)}`;
      await world.call('DELETE', path);
      const read = await world.call('GET', path);
      expect(read.status).toBe(status);
      expect(read.text).not.toContain('planted');
      expect(await world.get('/v1/secrets')).toEqual({ secrets: [] });
    }
  });
});

describe('audit log', () => {
  it('has an entry for every write, with names of fields and no values', async () => {
    const world = harness();
    const id = await createGroup(world);
    await world.call('PATCH', `/v1/workspaceGroups/${id}`, { name: 'renamed' });
    const { secretID } = await world.post('/v1/secrets', { name: 'A', value: 'planted' });
    await world.call('PATCH', `/v1/secrets/${String(secretID)}`, { value: 'planted-too' });
    await world.call('PATCH', `/v1/secrets/${String(secretID)}/accessControls`, { grants: [] });
    const answer = await world.call('GET', '/v1/auditLogs');
    const entries = answer.json['auditLogs'] as Json[];
    expect(entries.map(({ type }) => type)).toEqual([
      'workspaceGroup.create',
      'workspaceGroup.update',
      'secret.create',
      'secret.update',
      'accessControls.update',
    ]);
    expect(entries[1]).toMatchObject({ clusterID: id, attributes: { changed: ['name'] } });
    expect(answer.text).not.toContain('planted');
  });

  it('pages by token, and filters', async () => {
    const world = harness();
    for (const name of ['a', 'b', 'c']) await world.post('/v1/teams', { name });
    const names: unknown[] = [];
    let path = '/v1/auditLogs?limit=2&type=team.create';
    for (let page = 0; page < 2; page += 1) {
      const { auditLogs, nextToken } = await world.get(path);
      names.push(...(auditLogs as Json[]).map(({ attributes }) => (attributes as Json)['name']));
      path = `/v1/auditLogs?limit=2&type=team.create&nextToken=${String(nextToken)}`;
    }
    expect(names).toEqual(['a', 'b', 'c']);
    const other = await world.get('/v1/auditLogs?email=ann@acme.example');
    expect(other['auditLogs']).toEqual([]);
  });

  it('names who changed something behind the back, without a key', async () => {
    const world = harness();
    const id = await createGroup(world);
    const { control } = world.emulator;
    const fields = { name: 'changed' };
    control.mutate({ op: 'set', type: 'workspaceGroup', id, fields, by: 'ann@acme.example' });
    const found = await world.get('/v1/auditLogs?email=ann@acme.example');
    const [entry] = found['auditLogs'] as Json[];
    expect(entry).toMatchObject({ type: 'workspaceGroup.update', firstName: 'Ann' });
    expect(entry).not.toHaveProperty('apiKeyID');
  });
});
