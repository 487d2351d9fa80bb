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

/** The refusals of a plan whose creates have these reasons and depended on these. */
function refused(
  made: Readonly<Record<string, { readonly reason: string; readonly on?: readonly string[] }>>,
  managed: Plan['managed'],
) {
  const changes = Object.entries(made).map(([address, { reason, on }]) => ({
    address,
    action: 'create',
    reason,
    ...(on === undefined ? {} : { previousDependsOn: on }),
  }));
  const vanished = Object.keys(made).filter((address) => made[address]?.reason !== 'not-in-state');
  const plan = { changes, vanished, managed } as unknown as Plan;
  return vanishedRefusals(plan, noApprovals, DEFAULT_GUARDS);
}

const lost = (type: string, count: number, reason = 'gone', on?: readonly string[]) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${type}.x${index}`,
      { reason, ...(on === undefined ? {} : { on }) },
    ]),
  );

describe('the resources that a refusal names', () => {
  it('are those that expired as well, and none that are new', () => {
    const made = {
      ...lost('one.boxes', 3, 'expired'),
      'one.boxes.new': { reason: 'not-in-state' },
    };
    expect(refused(made, { 'one.boxes': 0 })).toMatchObject([
      { message: expect.stringMatching(/anew: one\.boxes\.x0, one\.boxes\.x1, one\.boxes\.x2$/) },
    ]);
  });

  it('are of the kind of which too much is gone', () => {
    const made = { ...lost('one.boxes', 8), ...lost('one.labels', 1) };
    const [alarm, ...others] = refused(made, { 'one.boxes': 8, 'one.labels': 20 });
    expect(others).toEqual([]);
    expect(alarm?.message).toMatch(/^8 of 16 managed one\.boxes are gone at once; /);
    expect(alarm?.hint).toMatch(/pass `--allow recreate=one\.boxes\.\*`$/);
  });

  it('are what is to be created, not what is in place and they depended on', () => {
    const made = lost('one.boxes', 3, 'gone', ['one.groups.there']);
    expect(refused(made, { 'other.boxes': 1 })[0]?.message).not.toContain('groups');
  });

  it('are at most five, and how many more', () => {
    const [five, seven] = [5, 7].map((count) => refused(lost('one.boxes', count), {})[0]);
    expect(five?.message).toMatch(/x3, one\.boxes\.x4$/);
    expect(seven?.message).toMatch(/x3, one\.boxes\.x4, and 2 more$/);
  });

  it('are approved kind by kind', () => {
    const made = { ...lost('one.boxes', 2), ...lost('one.labels', 2) };
    expect(refused(made, {})[0]?.hint).toMatch(
      /`--allow recreate=one\.boxes\.\* --allow recreate=one\.labels\.\*`$/,
    );
  });
});
