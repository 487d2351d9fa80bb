import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGroup, createWorkspace, harness } from './singlestore/harness.ts';

describe('store file', () => {
  let directory = '';
  let storeFile = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'emulator-'));
    storeFile = join(directory, 'deep', 'store.jsonl');
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('brings back exactly the same objects', async () => {
    const first = harness({ storeFile });
    const group = await createGroup(first);
    const workspace = await createWorkspace(first, group);
    await first.call('PATCH', `/v1/workspaces/${workspace}`, { size: 'S-3' });
    await first.post('/v1/teams', { name: 'kept' });
    const { secretID } = await first.post('/v1/secrets', { name: 'GONE', value: 'v' });
    await first.call('DELETE', `/v1/secrets/${String(secretID)}`);
    const before = first.emulator.control.snapshot();
    first.emulator.close();
    const second = harness({ storeFile });
    expect(second.emulator.control.snapshot()).toEqual(before);
    expect(await second.get('/v1/organizations/current')).toEqual(
      await first.get('/v1/organizations/current'),
    );
  });

  it('never gives an ID twice, though every run has the same seed', async () => {
    const ids = new Set<string>();
    for (let run = 0; run < 5; run += 1) {
      const world = harness({ storeFile });
      ids.add(await createGroup(world));
      world.emulator.close();
    }
    expect(ids.size).toBe(5);
  });

  it('is written before the answer, readable by its owner only', async () => {
    const world = harness({ storeFile });
    await world.post('/v1/teams', { name: 'written' });
    expect(readFileSync(storeFile, 'utf8')).toContain('"written"');
    expect(statSync(storeFile).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(storeFile)).mode & 0o777).toBe(0o700);
  });

  it('does without a line that was torn by a crash', async () => {
    const first = harness({ storeFile });
    await createGroup(first);
    first.emulator.close();
    appendFileSync(storeFile, '{"random":1,"put":[{"ty');
    const second = harness({ storeFile });
    await createGroup(second);
    second.emulator.close();
    expect(await harness({ storeFile }).list('/v1/workspaceGroups')).toHaveLength(2);
  });

  it('keeps half a line as long as nobody writes: another process may be at it', async () => {
    const first = harness({ storeFile });
    await createGroup(first);
    appendFileSync(storeFile, '{"random":1,"put":[{"ty');
    const before = readFileSync(storeFile, 'utf8');
    expect(await harness({ storeFile }).list('/v1/workspaceGroups')).toHaveLength(1);
    expect(readFileSync(storeFile, 'utf8')).toBe(before);
    // Whoever writes next cuts it off, however long ago the file was opened.
    await createGroup(first);
    expect(await harness({ storeFile }).list('/v1/workspaceGroups')).toHaveLength(2);
  });

  it.each(['garbage', '{}', '{"random":1,"put":{}}', '{"random":1,"put":[{"type":"user"}]}'])(
    'that holds the line %j is named, with the line',
    async (line) => {
      const first = harness({ storeFile });
      const lines = readFileSync(storeFile, 'utf8').split('\n').length;
      appendFileSync(storeFile, `${line}\n`);
      const message = `${storeFile} is no store of an emulator: line ${String(lines)} cannot be read`;
      expect(() => harness({ storeFile })).toThrow(message);
      await expect(first.list('/v1/teams')).rejects.toThrow(message);
    },
  );

  it('is compacted by the first write of a process, while another one reads on', async () => {
    const lines = (): number => readFileSync(storeFile, 'utf8').trim().split('\n').length;
    const first = harness({ storeFile });
    const { secretID } = await first.post('/v1/secrets', { name: 'A', value: 'v' });
    for (let n = 0; n < 600; n += 1) {
      await first.call('PATCH', `/v1/secrets/${String(secretID)}`, { value: String(n) });
    }
    const objects = first.emulator.control.snapshot();
    const second = harness({ storeFile });
    expect(second.emulator.control.snapshot()).toEqual(objects);
    expect(lines()).toBeGreaterThan(600);
    await second.post('/v1/teams', { name: 'after' });
    expect(lines()).toBe(1);
    expect(await first.list('/v1/teams?name=after')).toHaveLength(1);
    await first.post('/v1/teams', { name: 'then' });
    expect(await harness({ storeFile }).list('/v1/teams?name=after|then')).toHaveLength(2);
  });

  it('follows what another process writes', async () => {
    const [one, other] = [harness({ storeFile }), harness({ storeFile })];
    await createGroup(one);
    expect(await other.list('/v1/workspaceGroups')).toHaveLength(1);
    await createGroup(other);
    const listed = await one.list('/v1/workspaceGroups');
    expect(new Set(listed.map((group) => group['workspaceGroupID'])).size).toBe(2);
  });
});
