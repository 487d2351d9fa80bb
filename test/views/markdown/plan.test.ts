import { describe, expect, it } from 'vitest';
import { renderMarkdownPlan } from '../../../src/views/markdown/plan.ts';
import { change, plan } from '../../_helpers/plan-builder.ts';
import { PLANS } from '../plans.ts';

describe('renderMarkdownPlan', () => {
  it('puts the symbols where a diff has them', () => {
    const shown = renderMarkdownPlan(PLANS['update'] ?? plan([]), 'plan').split('\n');
    expect(shown[0]).toBe('```diff');
    expect(shown).toContain('-          - "a"');
    expect(shown).toContain('+          + "d"');
    expect(shown.at(-2)).toBe('```');
  });

  it('lets no value end the block', () => {
    const after = { name: '````\n```\n# out' };
    const one = change({ address: 'singlestore.teams.a', action: 'create', after });
    const shown = renderMarkdownPlan(plan([one]), 'plan');
    expect(shown.startsWith('`````diff\n')).toBe(true);
    expect(shown.match(/^`{5}$/gm)).toHaveLength(1);
    expect(shown.endsWith('\n`````\n')).toBe(true);
  });
});
