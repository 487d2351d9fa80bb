import { describe, expect, it } from 'vitest';
import { renderDrift } from '../../../src/views/human/drift.ts';
import { createStyle } from '../../../src/views/style.ts';
import { change, plan } from '../../_helpers/plan-builder.ts';
import { PLANS } from '../plans.ts';

const style = createStyle({ color: false });

describe('renderDrift', () => {
  it('tells drift apart from what is not applied yet', async () => {
    const shown = renderDrift(PLANS['drift'] ?? plan([]), { style });
    await expect(shown).toMatchFileSnapshot('../../golden/views/drift.txt');
  });

  it('calls changes of the manifest no drift', () => {
    const created = change({ address: 'singlestore.teams.a', action: 'create' });
    const shown = renderDrift(plan([created]), { style });
    expect(shown).toContain('Not applied yet');
    expect(shown).toContain('No drift. Nothing has changed outside of trueup.');
  });

  it('does not claim that there is none when something could not be read', () => {
    const shown = renderDrift(plan([], { incomplete: true }), { style });
    expect(shown).toBe('No drift in what could be read; the rest is undetermined.\n');
  });
});
