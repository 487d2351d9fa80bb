import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { createProgress } from '../../../src/views/human/progress.ts';
import { createStyle } from '../../../src/views/style.ts';

/** A clock that moves only when told; whoever sleeps is woken in order of time. */
function fakeClock(): Clock & { advance(ms: number): Promise<void>; sleeping(): number } {
  let now = 0;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          sleepers = sleepers.filter((one) => one !== sleeper);
          reject(new Error('aborted'));
        };
        const wake = (): void => {
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        const sleeper = { until: now + delayMs, wake };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', abort);
      }),
    sleeping: () => sleepers.length,
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = sleepers
          .filter(({ until }) => until <= end)
          .toSorted((a, b) => a.until - b.until)[0];
        if (next === undefined) break;
        now = next.until;
        sleepers = sleepers.filter((one) => one !== next);
        next.wake();
        // Lets the code behind the sleep run up to its next one.
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      }
      now = end;
    },
  };
}

/** A terminal that understands what a live area writes: cursor up, carriage return, erase below. */
function terminal(columns = 80, rows = 24) {
  const lines: string[] = [''];
  const writes: string[] = [];
  return {
    columns,
    rows,
    writes,
    write(text: string) {
      writes.push(text);
      // oxlint-disable-next-line no-control-regex -- the sequences a live area uses
      for (const part of text.split(/(\u001B\[\d*[AJ]|\n|\r)/)) {
        // oxlint-disable-next-line no-control-regex -- the same
        const up = /^\u001B\[(\d+)A$/.exec(part);
        if (up !== null) this.row = Math.max(0, this.row - Number(up[1]));
        else if (part === '\u001B[J') lines.length = this.row;
        else if (part === '\n') this.row += 1;
        else if (part !== '\r' && part !== '') lines[this.row] = (lines[this.row] ?? '') + part;
      }
    },
    row: 0,
    screen: () => lines.map((line) => `${line}\n`).join(''),
  };
}

const style = createStyle({ color: false });

function started(stream = terminal(), changes = 12) {
  const clock = fakeClock();
  const progress = createProgress({ stream, clock, style });
  progress.event({ type: 'apply-started', changes });
  const start = (name: string) =>
    progress.event({
      type: 'change-started',
      address: `singlestore.workspaces.${name}`,
      verb: 'creating',
    });
  return { clock, progress, stream, start };
}

describe('createProgress', () => {
  it('shows n of m, elapsed and what is being waited for', async () => {
    const { clock, progress, stream, start } = started();
    start('app');
    start('batch');
    progress.event({
      type: 'change-waiting',
      address: 'singlestore.workspaces.app',
      waitingFor: 'ACTIVE',
      elapsedMs: 0,
    });
    progress.event({
      type: 'change-done',
      address: 'singlestore.workspaces.batch',
      verb: 'creating',
      elapsedMs: 0,
      sent: true,
    });
    await clock.advance(65_000);
    await expect(stream.screen()).toMatchFileSnapshot('../../golden/views/progress.txt');
    progress.stop();
  });

  it('draws again behind a pause, which leaves nothing on the screen', async () => {
    const { clock, progress, stream, start } = started();
    start('app');
    await clock.advance(200);
    progress.pause();
    expect(stream.screen().trim()).toBe('');
    progress.event({ type: 'apply-started', changes: 1 });
    start('other');
    await clock.advance(200);
    expect(stream.screen()).toContain('singlestore.workspaces.other: creating');
    progress.stop();
    expect(clock.sleeping()).toBe(0);
  });

  it('lists what runs on a terminal that tells no height', async () => {
    const { clock, progress, stream, start } = started(terminal(80, 0));
    start('app');
    await clock.advance(200);
    expect(stream.screen()).toContain('singlestore.workspaces.app: creating');
    progress.stop();
  });

  it('cuts a list of more than eight', async () => {
    const { clock, progress, stream, start } = started();
    for (let index = 0; index < 13; index += 1) start(`w${index}`);
    await clock.advance(1_000);
    await expect(stream.screen()).toMatchFileSnapshot('../../golden/views/progress-many.txt');
    progress.stop();
  });

  it('is never taller than the window, nor wider', async () => {
    const { clock, progress, stream, start } = started(terminal(30, 6));
    for (let index = 0; index < 13; index += 1) start(`a-rather-long-name-${index}`);
    await clock.advance(1_000);
    const lines = stream.screen().trimEnd().split('\n');
    expect(lines.length).toBeLessThan(6);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line.length).toBeLessThan(30);
    progress.stop();
  });

  it('draws at most ten frames a second however many events there are', async () => {
    const { clock, progress, stream, start } = started(terminal(), 10_000);
    for (let index = 0; index < 1_000; index += 1) {
      start(`w${index}`);
      await clock.advance(1);
    }
    expect(stream.writes.length).toBeGreaterThan(5);
    expect(stream.writes.length).toBeLessThanOrEqual(11);
    progress.stop();
  });

  it('keeps printed lines above the area and leaves nothing else behind', async () => {
    const { clock, progress, stream, start } = started();
    start('app');
    await clock.advance(500);
    progress.print('one\n');
    await clock.advance(500);
    progress.print('two\nthree\n');
    expect(stream.screen()).toContain('one\ntwo\nthree\nApplying: 0 of 12');
    progress.stop();
    expect(stream.screen()).toBe('one\ntwo\nthree\n');
  });

  it('ends its timer when stopped, and draws nothing afterwards', async () => {
    const { clock, progress, stream, start } = started();
    await clock.advance(100);
    expect(clock.sleeping()).toBe(1);
    progress.stop();
    const written = stream.writes.length;
    start('late');
    await clock.advance(5_000);
    expect(clock.sleeping()).toBe(0);
    expect(stream.writes).toHaveLength(written);
  });

  it('takes away the rows that a narrower window has wrapped', async () => {
    const { clock, progress, stream, start } = started(terminal(60));
    start('a-name-that-is-forty-characters-long-here');
    await clock.advance(200);
    const drawn = stream.writes.length;
    stream.columns = 30;
    await clock.advance(1_000);
    // Two lines were drawn; the second one is wider than the window is now.
    expect(stream.writes[drawn]?.startsWith('\u001B[3A')).toBe(true);
    progress.stop();
  });

  it('shows the reading of the live state', async () => {
    const clock = fakeClock();
    const stream = terminal();
    const progress = createProgress({ stream, clock, style });
    progress.event({ type: 'refresh-started', collections: 3 });
    progress.event({ type: 'collection-read', resourceType: 't', objects: 1, complete: true });
    await clock.advance(2_000);
    expect(stream.screen()).toBe('Reading: 1 of 3 collections, 2s elapsed\n');
    progress.event({ type: 'refresh-done', collections: 3, requests: 3 });
    expect(stream.screen()).toBe('');
    progress.stop();
  });
});
