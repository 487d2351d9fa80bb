/**
 * Milliseconds that a `Retry-After` header asks for (seconds, or an HTTP date), 0 or more.
 * Undefined where there is none or it says nothing. A date counts from the server's own clock
 * (`Date` header) where it tells, else from `nowMs`. Not bounded: see `WAIT_MS_MAX`.
 */
export function parseRetryAfter(
  header: string | undefined,
  clock: { readonly serverTimeMs: number; readonly nowMs: number },
): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) return undefined;
  const fromMs = clock.serverTimeMs > 0 ? clock.serverTimeMs : clock.nowMs;
  return Math.max(0, atMs - fromMs);
}
