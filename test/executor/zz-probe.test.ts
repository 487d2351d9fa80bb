import { test } from 'vitest';
import { createFieldWorld } from '../_helpers/field-world.ts';
test('probe', async () => {
  for (const emulated of ['none', 'fast'] as const) {
  const t0 = performance.now();
  const w = createFieldWorld({ emulated });
  const m = {
    projects: { subject: { name: 'Subject Project', edition: 'STANDARD' } },
    workspaceGroups: { subject: { provider: 'AWS', regionName: 'us-east-1', firewallRanges: ['203.0.113.0/24'], adminPassword: { fromFile: 'Correct-Horse-7-Battery' } } },
    workspaces: { inside: { workspaceGroup: 'subject' } },
    teams: { subject: { members: { users: ['ann@acme.example'] } } },
  };
  const a = await w.apply(m);
  console.log(a.writes, a.outcome, a.plan.diagnostics);
  const p = await w.plan(m);
  console.log(p.changes.filter((c) => c.action !== 'no-op').map((c) => [c.address, c.fields]), p.drift, p.diagnostics);
  console.log(emulated, performance.now() - t0);
  }
});
