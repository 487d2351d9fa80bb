import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/core/event.ts';
import { createApplyLog } from '../../../src/views/human/apply.ts';
import type { ApplyLogOptions } from '../../../src/views/human/apply.ts';
import { createStyle } from '../../../src/views/style.ts';
import { EVENTS } from '../events.ts';

const style = createStyle({ color: false });

function printed(events: readonly Event[], options: Partial<ApplyLogOptions> = {}): string {
  const written: string[] = [];
  const log = createApplyLog({
    style,
    log: (text) => written.push(text),
    result: (text) => written.push(`[result]${text}`),
    command: 'apply',
    live: false,
    ...options,
  });
  for (const event of events) log.event(event);
  return written.join('');
}

const waiting = (elapsedMs: number): Event => ({ ...EVENTS['change-waiting'], elapsedMs });
const complete: Event = {
  ...EVENTS['apply-done'],
  failed: 0,
  blocked: 0,
  skipped: 0,
  notStarted: 0,
};

describe('createApplyLog', () => {
  it('prints the lines of a run with every event as in the golden file', async () => {
    await expect(printed(Object.values(EVENTS), { level: 'trace' })).toMatchFileSnapshot(
      '../../golden/views/apply-log.txt',
    );
  });

  it('prints less beside a live area', async () => {
    await expect(printed(Object.values(EVENTS), { live: true })).toMatchFileSnapshot(
      '../../golden/views/apply-log-live.txt',
    );
  });

  it('says once per ten seconds what is still being waited for', () => {
    const times = [0, 2_000, 9_999, 10_000, 12_000, 19_000, 20_000, 41_000, 42_000];
    const shown = printed([EVENTS['change-started'], ...times.map(waiting)]);
    expect(shown.split('\n').slice(1, -1)).toEqual([
      'singlestore.workspaces.app: Still creating... [10s elapsed, waiting for ACTIVE]',
      'singlestore.workspaces.app: Still creating... [20s elapsed, waiting for ACTIVE]',
      'singlestore.workspaces.app: Still creating... [41s elapsed, waiting for ACTIVE]',
    ]);
  });

  it('ends a complete apply with what was added, changed and destroyed', () => {
    expect(printed([complete])).toBe(
      '[result]\nApply complete! Resources: 1 added, 1 changed, 1 destroyed.\n',
    );
  });

  it('counts imports, and speaks of destroyed resources only after a destroy', () => {
    const imported: Event = { ...EVENTS['change-done'], verb: 'importing' };
    expect(printed([imported, complete])).toContain('Resources: 1 imported, 1 added');
    expect(printed([complete], { command: 'destroy' })).toBe(
      '[result]\nDestroy complete! Resources: 1 destroyed.\n',
    );
  });

  it.each(['failed', 'blocked', 'skipped', 'notStarted'])(
    'is incomplete when one is %s',
    (name) => {
      expect(printed([{ ...complete, [name]: 1 }])).toContain('Apply incomplete: 3 applied');
    },
  );
});
