import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/core/redactor.ts';
import { parseTiming, type Timing } from '../../../src/core/timing.ts';
import { inProcessTransport } from '../../../src/emulator/in-process.ts';
import { createSpiceEmulator } from '../../../src/emulator/spice/index.ts';
import { createLimiter } from '../../../src/executor/limiter.ts';
import { createReadClient } from '../../../src/http/client.ts';
import { spice } from '../../../src/providers/spice/index.ts';
import { createSeededRandom } from '../../_helpers/seeded-random.ts';
import { createVirtualClock } from '../../_helpers/virtual-clock.ts';

const TIMING = parseTiming('real') as Timing;
function emit(): void {}

const REQUESTS = 2_200;

describe('the rate of requests', () => {
  it('starts below what is allowed, and uses the rest as the headers tell', async () => {
    const clock = createVirtualClock();
    const emulator = createSpiceEmulator({
      clock,
      seed: 1,
      timing: { requestsPerMinute: 1_000, requestsPerHour: 10_000 },
    });
    const throttle = createLimiter({
      clock,
      parallelism: 10,
      ratePerSecond: spice.defaultRate,
      pauseMs: TIMING.retryMs,
      emit,
    });
    const redactor = createRedactor();
    const client = createReadClient({
      baseUrl: 'https://api.example',
      token: redactor.secret('a-token-of-the-tests'),
      transport: inProcessTransport(emulator),
      throttle,
      clock,
      timing: TIMING,
      redactor,
      userAgent: 'trueup-test',
      emit,
      random: createSeededRandom(1),
    });
    const startMs = clock.now();
    await clock.run(Promise.all(Array.from({ length: REQUESTS }, () => client.get('/v1/regions'))));
    const refused = emulator.log.filter(({ status }) => status === 429).length;
    expect(refused / REQUESTS).toBeLessThan(0.01);
    // What 1 000 a minute take, and half a minute on top.
    expect(clock.now() - startMs).toBeLessThan(2.7 * 60_000);
  });
});
