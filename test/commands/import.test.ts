import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCommandWorld, type CommandWorld } from '../_helpers/in-process.ts';

const GROUP = { provider: 'AWS', regionName: 'us-east-1', firewallRanges: [] };

describe('an ID that somebody wrote', () => {
  let world: CommandWorld;
  beforeAll(async () => {
    world = await createCommandWorld();
  });
  beforeEach(() => {
    world.reset();
    world.write({ 'trueup.yaml': 'stack: ids\n' });
  });
  afterAll(async () => {
    await world.close();
  });

  /** Makes an object behind trueup's back; its ID, in the case that no answer has. */
  function foreign(
    type: 'team' | 'workspaceGroup',
    body: Record<string, string | string[]>,
  ): string {
    const made = world.emulator.control.mutate({ op: 'create', type, body });
    return String((made as Record<string, unknown>)[`${type}ID`]).toUpperCase();
  }

  const ids = async (): Promise<string> => (await world.run('state', 'list', '--ids')).stdout;

  it('means the same object in either case: what refers to it settles, and stays', async () => {
    const group = foreign('workspaceGroup', { ...GROUP, name: 'outer' });
    const team = foreign('team', { name: 'inner' });
    world.write({
      'main.yaml': JSON.stringify({
        workspaces: { app: { workspaceGroup: { id: group } } },
        teams: { a: { members: { teams: [{ id: team }] } } },
        accessControls: {
          read: {
            object: { workspaceGroup: { id: group } },
            role: 'Reader',
            teams: [{ id: team }],
          },
        },
      }),
    });
    await world.done('apply', '--auto-approve');
    expect((await world.run('plan', '--detailed-exitcode')).stdout).toContain('No changes.');
  });

  it('is no second object: one is owned by one entry', async () => {
    const id = foreign('team', { name: 'one' });
    world.write({ 'main.yaml': 'teams: { a: { name: one }, b: { name: two } }\n' });
    await world.done('import', 'teams.a', id.toLowerCase());
    const again = await world.run('import', 'teams.b', id);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining('as singlestore.teams.a already'),
    ]);
    world.write({ 'trueup.yaml': `stack: ids\nimports: [{ to: teams.b, id: ${id} }]\n` });
    const planned = await world.run('plan');
    expect([planned.code, planned.stderr]).toEqual([
      1,
      expect.stringContaining('as singlestore.teams.a already'),
    ]);
    expect(await ids()).not.toContain('teams.b');
  });

  it('and that the API refuses is told in its words', async () => {
    world.write({ 'main.yaml': 'teams: { a: {} }\n' });
    const refused = await world.run('import', 'teams.a', 'a');
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('incorrect UUID length'),
    ]);
  });
});
