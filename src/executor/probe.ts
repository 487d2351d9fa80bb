/** A probe that is not answered in this time is followed by another one. */
const UNANSWERED_MS = 2_000;

/**
 * After a pause one request asks whether the API takes requests again; the others wait for its
 * answer, so that a refusal costs one request and not as many as are waiting.
 */
export interface Probe {
  /** A pause has begun; its end is known to the one who calls. */
  start(): void;
  /** The API took a request that was sent after the pause; whether that was the probe. */
  end(): boolean;
  sent(nowMs: number): void;
  /** What was to be sent was not. */
  putBack(): void;
  waitMs(nowMs: number): number;
}

export function createProbe(): Probe {
  let isProbing = false;
  let waitUntilMs = 0;
  return {
    start() {
      isProbing = true;
      waitUntilMs = 0;
    },
    end() {
      const wasProbing = isProbing;
      isProbing = false;
      waitUntilMs = 0;
      return wasProbing;
    },
    sent(nowMs) {
      if (isProbing) waitUntilMs = nowMs + UNANSWERED_MS;
    },
    putBack() {
      waitUntilMs = 0;
    },
    waitMs: (nowMs) => Math.max(0, waitUntilMs - nowMs),
  };
}
