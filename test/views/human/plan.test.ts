import { describe, expect, it } from 'vitest';
import { renderPlan } from '../../../src/views/human/plan.ts';
import { createStyle } from '../../../src/views/style.ts';
import { change, plan } from '../../_helpers/plan-builder.ts';
import { PLANS, PLANTED } from '../plans.ts';

const plain = createStyle({ color: false });

describe('renderPlan', () => {
  it.each(Object.keys(PLANS))('shows the plan "%s" as in its golden file', async (name) => {
    const shown = renderPlan(PLANS[name] ?? plan([]), { style: plain, mode: 'plan' });
    await expect(shown).toMatchFileSnapshot(`../../golden/views/plan-${name}.txt`);
  });

  it('says in destroy mode that there is nothing to destroy', () => {
    const shown = renderPlan(plan([]), { style: plain, mode: 'destroy' });
    expect(shown).toBe('No changes. There is nothing to destroy.\n');
  });

  it('lists every unmanaged object when asked to', () => {
    const options = { style: plain, mode: 'plan', verbose: true } as const;
    const shown = renderPlan(PLANS['unmanaged'] ?? plan([]), options);
    expect(shown).toContain('SECRET_11');
    expect(shown).not.toContain('more');
  });

  it('writes the same words in colour', () => {
    const colored = createStyle({ color: true });
    for (const one of Object.values(PLANS)) {
      const shown = renderPlan(one, { style: colored, mode: 'plan' });
      // oxlint-disable-next-line no-control-regex -- trueup's own colours
      const bare = shown.replaceAll(/\u001B\[\d+m/g, '');
      expect(bare).toBe(renderPlan(one, { style: plain, mode: 'plan' }));
    }
  });

  it.each(['plan', 'apply', 'destroy', 'drift'] as const)('shows no secret in mode %s', (mode) => {
    for (const one of Object.values(PLANS)) {
      const shown = renderPlan(one, { style: plain, mode, verbose: true });
      expect(shown).not.toContain(PLANTED);
    }
  });

  it('lets nothing through that a terminal would obey', () => {
    for (const one of Object.values(PLANS)) {
      const shown = renderPlan(one, { style: plain, mode: 'plan' });
      // oxlint-disable-next-line no-control-regex -- what must not be there
      expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
    }
  });

  it('prints 100 000 creates whole', () => {
    const after = { name: 'n', size: 'S-2' };
    const creates = Array.from({ length: 100_000 }, (_, index) =>
      change({ address: `singlestore.workspaces.w${index}`, action: 'create', after }),
    );
    const shown = renderPlan(plan(creates), { style: plain, mode: 'plan' });
    expect(shown).toContain('Plan: 100000 to add, 0 to change, 0 to destroy.');
    expect(shown.match(/will be created/g)).toHaveLength(100_000);
  });
});
