import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { Unknown } from '../../../src/core/value.ts';
import { planJson } from '../../../src/views/json/plan-json.ts';
import { jsonText } from '../../../src/views/sanitize.ts';
import { change, field, plan } from '../../_helpers/plan-builder.ts';
import { PLANS, PLANTED } from '../plans.ts';

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../../schemas/plan.json', import.meta.url), 'utf8'),
);
const validate = new Ajv2020({ allErrors: true }).compile(schema as object);
const options = { version: '0.1.0' };
const secret = Secret.create(PLANTED);

function onlyChange(parts: Parameters<typeof change>[0]): Record<string, unknown> {
  const json = planJson(plan([change(parts)]), options);
  return (json['resource_changes'] as Record<string, unknown>[])[0] ?? {};
}

describe('planJson', () => {
  it.each(Object.keys(PLANS))('of the plan "%s" follows the schema and holds no secret', (name) => {
    const json = planJson(PLANS[name] ?? plan([]), options);
    validate(json);
    expect(validate.errors ?? []).toEqual([]);
    expect(jsonText(json)).not.toContain(PLANTED);
  });

  it.each(['create', 'update', 'import', 'drift', 'outputs', 'undetermined'])(
    'of the plan "%s" is as in its golden file',
    async (name) => {
      const json = planJson(PLANS[name] ?? plan([]), options);
      await expect(`${jsonText(json, 2)}\n`).toMatchFileSnapshot(
        `../../golden/views/plan-${name}.json`,
      );
    },
  );

  it('leaves sensitive and unknown leaves out and marks where they are', () => {
    const { change: sides } = onlyChange({
      address: 'singlestore.workspaces.app',
      action: 'create',
      after: {
        password: secret,
        group: new Unknown(),
        plain: { hidden: secret, size: 'S-2' },
        list: ['a', secret, new Unknown()],
      },
    });
    expect(sides).toMatchObject({
      actions: ['create'],
      before: null,
      after: { plain: { size: 'S-2' }, list: ['a', null, null] },
      after_unknown: { group: true, list: [false, false, true] },
      before_sensitive: false,
      after_sensitive: { password: true, plain: { hidden: true }, list: [false, true, false] },
    });
    expect((sides as { after: object }).after).not.toHaveProperty('password');
  });

  it('leaves out what the field says is sensitive, even as a plain text, and from the patch too', () => {
    const shown = onlyChange({
      address: 'singlestore.secrets.A',
      before: { value: PLANTED },
      after: { value: PLANTED },
      fields: [field('/value', PLANTED, PLANTED, { sensitive: true })],
      patch: [{ op: 'replace', path: '/value', value: PLANTED }],
    });
    expect(shown).toMatchObject({
      change: { before: {}, after: {}, before_sensitive: { value: true } },
      patch: [],
    });
    expect(JSON.stringify(shown)).not.toContain(PLANTED);
  });

  it('names a resource and a replacement as Terraform does', () => {
    const address = 'singlestore.workspaceGroups.main';
    const fields = [field('/regionName', 'a', 'b', { immutable: true })];
    expect(
      onlyChange({ address, action: 'replace', reason: 'immutable-field', fields }),
    ).toMatchObject({
      address,
      mode: 'managed',
      type: 'singlestore_workspaceGroups',
      name: 'main',
      provider_name: 'singlestore',
      action_reason: 'replace_because_cannot_update',
      change: { actions: ['delete', 'create'], replace_paths: [['regionName']] },
    });
  });
});
