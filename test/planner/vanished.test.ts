import { describe, expect, it } from 'vitest';
import { noApprovals } from '../../src/planner/approvals.ts';
import type { Plan } from '../../src/planner/plan.ts';
import { vanishedRefusals } from '../../src/planner/vanished.ts';
import { DEFAULT_GUARDS } from '../../src/manifest/stack-settings.ts';

/** A plan that would create these anew, with so many others still there. */
function refusals(gone: readonly string[], managed: Plan['managed']): readonly string[] {
  const changes = gone.map((address) => ({ address, action: 'create', reason: 'gone' }));
  const plan = { changes, vanished: gone, managed } as unknown as Plan;
  return vanishedRefusals(plan, noApprovals, DEFAULT_GUARDS).map(({ message }) => message);
}

const three = (provider: string): readonly string[] =>
  ['a', 'b', 'c'].map((key) => `${provider}.boxes.${key}`);

describe('resources that are gone and depended on each other in a circle', () => {
  it('are not created anew without being asked for', () => {
    const around: Readonly<Record<string, string>> = {
      'one.boxes.a': 'one.boxes.b',
      'one.boxes.b': 'one.boxes.a',
      'one.boxes.c': 'one.boxes.a',
    };
    const changes = Object.entries(around).map(([address, on]) => ({
      address,
      action: 'create',
      reason: 'gone',
      previousDependsOn: [on],
    }));
    const plan = { changes, vanished: Object.keys(around), managed: {} } as unknown as Plan;
    expect(vanishedRefusals(plan, noApprovals, DEFAULT_GUARDS)).toMatchObject([
      { code: 'guard-vanished', message: expect.stringContaining('one.boxes.a') },
    ]);
  });
});

describe('everything of one provider that is gone at once', () => {
  it('is refused although another provider has all of its own: each has a credential', () => {
    expect(refusals(three('one'), { 'other.boxes': 50 })).toEqual([
      'none of the 3 resources of one of the state is there any more; these would be created anew: one.boxes.a, one.boxes.b, one.boxes.c',
    ]);
    expect(refusals(three('one'), { 'other.boxes': 50, 'one.boxes': 1 })).toEqual([]);
  });

  it('is told of each provider', () => {
    const told = refusals([...three('one'), ...three('other')], {});
    expect(told.map((text) => text.slice(0, 34))).toEqual([
      'none of the 3 resources of one of ',
      'none of the 3 resources of other o',
    ]);
  });

  it('of the only provider needs no name', () => {
    expect(refusals(three('one'), {})[0]).toMatch(/^none of the 3 resources of the state/);
  });
});
