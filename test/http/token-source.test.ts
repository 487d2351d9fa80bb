import { describe, expect, it } from 'vitest';
import { TrueupError } from '../../src/core/errors.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { reveal } from '../../src/core/secret.ts';
import { createTokenSource, type FreshToken } from '../../src/http/token-source.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';

const PAUSE_MS = 30_000;

type Gives = number | Error;

/** Each exchange takes 100 ms and gives a token of so many milliseconds, or fails. */
function setup(gives: readonly Gives[]) {
  const clock = createVirtualClock();
  const redactor = createRedactor();
  let exchanges = 0;
  const exchange = async (signal: AbortSignal): Promise<FreshToken> => {
    const give = gives[Math.min(exchanges, gives.length - 1)] ?? 0;
    exchanges += 1;
    const number = exchanges;
    await clock.sleep(100, signal);
    if (give instanceof Error) throw give;
    return { token: redactor.secret(`token-${String(number)}`), lifetimeMs: give };
  };
  const source = createTokenSource({ clock, exchange, pauseMs: PAUSE_MS });
  const current = async (): Promise<string> => reveal(await clock.run(source.current()));
  return { clock, redactor, source, current, exchanges: () => exchanges };
}

const outage = (): TrueupError => new TrueupError('api-error', 'answered 503');

describe('a token that ends', () => {
  it('is exchanged once, however many wait for it', async () => {
    const { clock, source, exchanges } = setup([3_600_000]);
    const tokens = await clock.run(Promise.all(Array.from({ length: 50 }, () => source.current())));
    expect(new Set(tokens.map(reveal))).toEqual(new Set(['token-1']));
    expect(exchanges()).toBe(1);
  });

  it('is renewed a minute before its end, while the old one is still sent', async () => {
    const { clock, current, exchanges } = setup([3_600_000]);
    await current();
    await clock.advance(3_600_000 - 60_000 - 1_000);
    expect(await current()).toBe('token-1');
    expect(exchanges()).toBe(1);
    await clock.advance(2_000);
    expect(await current()).toBe('token-1');
    await clock.advance(200);
    expect(await current()).toBe('token-2');
    expect(exchanges()).toBe(2);
  });

  it('of a minute or less is not exchanged for each request', async () => {
    const { clock, current, exchanges } = setup([60_000]);
    for (let second = 0; second < 40; second += 1) {
      await current();
      await clock.advance(1_000);
    }
    expect(exchanges()).toBe(1);
    for (let second = 0; second < 20; second += 1) {
      await current();
      await clock.advance(1_000);
    }
    expect(exchanges()).toBe(2);
  });

  it('counts from before the exchange, so that it is never sent after its end', async () => {
    const { clock, source, exchanges } = setup([200]);
    await clock.run(source.current());
    await clock.advance(100);
    expect(reveal(await clock.run(source.current()))).toBe('token-2');
    expect(exchanges()).toBe(2);
  });

  it('is kept to its end when it cannot be renewed, and then it is told why', async () => {
    const { clock, source, current, exchanges } = setup([3_600_000, outage()]);
    await current();
    await clock.advance(3_600_000 - 50_000);
    expect(await current()).toBe('token-1');
    await clock.advance(1_000);
    expect(await current()).toBe('token-1');
    expect(exchanges()).toBe(2);
    await clock.advance(60_000);
    await expect(clock.run(source.current())).rejects.toMatchObject({ code: 'api-error' });
    expect(exchanges()).toBe(3);
  });
});

describe('a token that the API refuses', () => {
  it('is exchanged once for all who were refused', async () => {
    const { clock, source, exchanges } = setup([3_600_000]);
    const first = await clock.run(source.current());
    expect(Array.from({ length: 10 }, () => source.refused(first))).toEqual(
      Array.from({ length: 10 }, () => true),
    );
    const again = await clock.run(Promise.all(Array.from({ length: 10 }, () => source.current())));
    expect(new Set(again.map(reveal))).toEqual(new Set(['token-2']));
    // One whose answer came late: the token is a new one already.
    expect(source.refused(first)).toBe(true);
    expect(reveal(await clock.run(source.current()))).toBe('token-2');
    expect(exchanges()).toBe(2);
  });

  it('is not exchanged again when the new one is refused as well', async () => {
    const { clock, source, exchanges } = setup([3_600_000]);
    expect(source.refused(await clock.run(source.current()))).toBe(true);
    expect(source.refused(await clock.run(source.current()))).toBe(false);
    expect(source.refused(await clock.run(source.current()))).toBe(false);
    expect(exchanges()).toBe(2);
  });

  it('is exchanged again when the new one had been taken: it was revoked twice', async () => {
    const { clock, source, exchanges } = setup([3_600_000]);
    source.refused(await clock.run(source.current()));
    source.accepted(await clock.run(source.current()));
    expect(source.refused(await clock.run(source.current()))).toBe(true);
    await clock.run(source.current());
    expect(exchanges()).toBe(3);
  });
});

describe('an exchange that fails', () => {
  it('is not asked for again before its time, nor by each who waits', async () => {
    const { clock, source, exchanges } = setup([outage(), 3_600_000]);
    const all = Array.from({ length: 10 }, () => source.current());
    const ends = await clock.run(Promise.allSettled(all));
    expect(ends.every((end) => end.status === 'rejected')).toBe(true);
    await expect(clock.run(source.current())).rejects.toMatchObject({ message: 'answered 503' });
    expect(exchanges()).toBe(1);
    await clock.advance(PAUSE_MS);
    expect(reveal(await clock.run(source.current()))).toBe('token-2');
  });

  it('is never asked for again when the credentials were refused', async () => {
    const refusal = new TrueupError('credentials-refused', 'answered 401');
    const { clock, source, exchanges } = setup([refusal]);
    await expect(clock.run(source.current())).rejects.toBe(refusal);
    await clock.advance(24 * 3_600_000);
    await expect(clock.run(source.current())).rejects.toBe(refusal);
    expect(exchanges()).toBe(1);
  });

  it('lets go whoever is interrupted, and nobody else', async () => {
    const { clock, source } = setup([3_600_000]);
    const stop = new AbortController();
    const [mine, other] = [source.current(stop.signal), source.current()];
    stop.abort(new Error('interrupted'));
    await expect(mine).rejects.toThrow('interrupted');
    expect(reveal(await clock.run(other))).toBe('token-1');
  });

  it('ends with the connection', async () => {
    const { source, clock } = setup([3_600_000]);
    const waiting = source.current();
    source.close();
    await expect(clock.run(waiting)).rejects.toThrow('closed');
  });
});
