import { describe, expect, it } from 'vitest';
import {
  renderState,
  renderStateList,
  renderStateResource,
} from '../../../src/views/human/state.ts';
import { stateJson } from '../../../src/views/json/state-json.ts';
import { createStyle } from '../../../src/views/style.ts';
import type { StateEntry } from '../../../src/views/state-entry.ts';

const style = createStyle({ color: false });
const DIGEST = 'scrypt:d1gest';
const group: StateEntry = {
  id: 'g-1',
  type: 'singlestore.workspaceGroups',
  name: 'acme-main',
  sent: { name: 'acme-main', firewallRanges: ['203.0.113.0/24'] },
  attributes: { state: 'ACTIVE' },
  digests: { '/adminPassword': DIGEST, '/deep/er': DIGEST },
  lifecycle: { protect: true, onRemove: 'delete' },
  dependsOn: ['singlestore.projects.standard'],
  pending: { steps: ['resume', 'resize'], done: 1 },
};
const state = {
  stack: 'acme',
  environment: 'prod',
  serial: 7,
  providers: { singlestore: { organization: 'Acme\u001B[2J Analytics' } },
  resources: {
    'singlestore.workspaceGroups.main': group,
    'singlestore.teams.a': {
      ...group,
      id: 't-1',
      type: 'singlestore.teams',
      sent: {},
      digests: {},
    },
  },
  outputs: { endpoint: { sensitive: false, value: 'x' } },
};

describe('state views', () => {
  it('show the whole state as in the golden file', async () => {
    await expect(renderState(state, style)).toMatchFileSnapshot('../../golden/views/state.txt');
  });

  it('list addresses in order, with IDs when asked for', () => {
    expect(renderStateList(state.resources)).toBe(
      'singlestore.teams.a\nsinglestore.workspaceGroups.main\n',
    );
    expect(renderStateList(state.resources, { ids: true })).toContain('teams.a t-1\n');
  });

  it('show no digest, in text or JSON', () => {
    expect(renderStateResource('singlestore.workspaceGroups.main', group, style)).toContain(
      'adminPassword  = (sensitive value)',
    );
    expect(renderState(state, style)).not.toContain(DIGEST);
    expect(JSON.stringify(stateJson(state))).not.toContain(DIGEST);
    expect(JSON.stringify(stateJson(state))).toContain('"adminPassword"');
  });
});
