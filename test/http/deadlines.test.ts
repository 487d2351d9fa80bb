import { describe, expect, it } from 'vitest';
import { createDeadlines } from '../../src/http/deadlines.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';

describe('deadlines', () => {
  it('each ends after its own time, though one timer serves all', async () => {
    const clock = createVirtualClock();
    const deadlines = createDeadlines(clock, 1_000);
    const startMs = clock.now();
    const over: [string, number][] = [];
    const note = (name: string) => (): void => void over.push([name, clock.now() - startMs]);
    const work = async (): Promise<void> => {
      deadlines.start(note('first'));
      const met = deadlines.start(note('met in time'));
      await clock.sleep(400);
      deadlines.start(note('second'));
      met();
      await clock.sleep(2_000);
      deadlines.start(note('after a rest'));
      await clock.sleep(1_500);
    };
    await clock.run(work());
    expect(over).toEqual([
      ['first', 1_000],
      ['second', 1_400],
      ['after a rest', 3_400],
    ]);
  });

  it('leaves no timer behind when every request has ended', async () => {
    const clock = createVirtualClock();
    const deadlines = createDeadlines(clock, 1_000);
    const startMs = clock.now();
    const work = async (): Promise<void> => {
      const met = deadlines.start(() => expect.unreachable());
      await clock.sleep(10);
      met();
      await clock.sleep(10);
    };
    await clock.run(work());
    expect(clock.now() - startMs).toBe(20);
  });
});
