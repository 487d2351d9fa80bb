import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { stackSchema } from '../../src/manifest/stack-schema.ts';
import { FAKE_KINDS, TWO_PROVIDERS } from './_fake-kinds.ts';

const validate = new Ajv({ strict: false }).compile(stackSchema(FAKE_KINDS));

const group = (fields: object) => ({ groups: { main: fields } });

it.each([
  { stack: 'acme', providers: { acme: { organization: 'x' } }, state: { backend: 'file' } },
  { variables: { x: { type: 'list', default: [1] }, y: { fromEnv: 'Y' } } },
  group({
    region: 'x',
    adminPassword: { fromEnv: 'P' },
    updateWindow: { day: 0, hour: '${var.h}' },
  }),
  group({ region: '${var.r}', firewallRanges: '${var.office}', adminPassword: '${var.p}' }),
  group({ region: 'x', lifecycle: { protect: true }, timeouts: { create: '30m' } }),
  { acme: { apps: { a: { group: { name: 'x' }, size: '${var.size}', dependsOn: ['teams.t'] } } } },
  { teams: { t: { members: { teams: ['a', { id: 'x' }], users: null } }, empty: null } },
  { moved: [{ from: 'teams.a', to: 'teams.b' }], imports: [{ to: 'teams.a', id: 'x' }] },
  { outputs: { o: { value: '${groups.main.endpoint}' } } },
  // In an overlay `null` removes.
  group({ region: null, adminPassword: null, notes: null, updateWindow: null }),
  { apps: { a: { group: null, settings: { limit: null } } } },
  group({ name: 'main ${var.x}', provider: '${var.p}', region: 'x' }),
  group({
    lifecycle: { protect: '${var.p}', onRemove: '${var.r}', replace: '${var.r}' },
    timeouts: { create: '${var.t}' },
  }),
  { guards: { deletes: { maxShare: '${var.s}', minExisting: '${var.m}' } } },
  { removed: [{ address: 'teams.a', destroy: '${var.d}' }] },
])('accepts %j', (manifest) => {
  expect(validate(manifest) ? null : validate.errors).toBeNull();
});

it.each([
  { stack: 'Acme!' },
  { grups: {} },
  group({ regoin: 'x' }),
  group({ region: 'x', endpoint: 'read only' }),
  group({ region: 'x', updateWindow: { day: 'Sunday', hour: 1 } }),
  group({ region: 'x', timeouts: { create: 'soon' } }),
  group({ region: 'x', provider: 'AWZ' }),
  group({ region: 'x', firewallRanges: [null] }),
  group({ region: 'x', lifecycle: { onRemove: 'keep' } }),
  { guards: { deletes: { maxShare: 2 } } },
  { apps: { a: { group: { url: 'x' }, size: 'S-1' } } },
  { apps: { a: { group: 'g', size: 'XL' } } },
  { regions: {} },
])('refuses %j', (manifest) => {
  expect(validate(manifest)).toBe(false);
});

it('offers a word that two providers own only under them', () => {
  const schema = stackSchema(TWO_PROVIDERS) as { readonly properties: Record<string, object> };
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(['acme', 'other', 'groups']),
  );
  expect(Object.keys(schema.properties)).not.toContain('teams');
});
