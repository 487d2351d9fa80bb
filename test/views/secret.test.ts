import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { NotCompared, Unknown } from '../../src/core/value.ts';
import type { Value } from '../../src/core/value.ts';
import type { Action } from '../../src/planner/plan.ts';
import { renderPlan } from '../../src/views/human/plan.ts';
import { planJson } from '../../src/views/json/plan-json.ts';
import { jsonText } from '../../src/views/sanitize.ts';
import { createStyle } from '../../src/views/style.ts';
import { change, field, plan } from '../_helpers/plan-builder.ts';
import { PLANTED } from './plans.ts';

const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', '~'), minLength: 1, maxLength: 2 });
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Value>(Secret.create(PLANTED), new NotCompared(), new Unknown(), 'x', 1, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const action = fc.constantFrom<Action>('create', 'update', 'replace', 'delete', 'import', 'no-op');

it('shows a secret in no view, wherever in a plan it stands', () => {
  fc.assert(
    fc.property(
      action,
      name,
      value,
      value,
      fc.boolean(),
      (action, key, before, after, sensitive) => {
        const pointer = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const hidden = sensitive ? PLANTED : after;
        const one = change({
          address: 'singlestore.secrets.A',
          action,
          before: { [key]: before },
          after: { [key]: hidden },
          fields: [field(pointer, before, hidden, { sensitive })],
        });
        const drift = { ...one, id: 'x', action: 'update' } as const;
        const outputs = [{ name: 'o', sensitive, before, after: hidden }];
        const whole = plan([one], { drift: [drift], outputs });
        const shown = (['plan', 'drift'] as const).map((mode) =>
          renderPlan(whole, { style: createStyle({ color: false }), mode }),
        );
        shown.push(jsonText(planJson(whole, { version: '0' })));
        for (const text of shown) expect(text).not.toContain(PLANTED);
        expect(shown[0]).toContain(action === 'no-op' ? '' : 'singlestore.secrets.A');
      },
    ),
    { numRuns: 300 },
  );
});
