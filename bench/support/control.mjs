// The control endpoint of a running emulator.
const deadlineMs = 60_000;

/** Requests the emulator has seen, reads and writes apart. */
export async function countRequests(url) {
  const response = await fetch(`${url}/__control/log`, { signal: AbortSignal.timeout(deadlineMs) });
  const answer = await response.json();
  const entries = Array.isArray(answer) ? answer : answer.log;
  const reads = entries.filter((entry) => entry.method === 'GET').length;
  return { reads, writes: entries.length - reads };
}

/** Sets the emulator's durations, in milliseconds; those left out stay as they are. */
export async function setTiming(url, timing) {
  const response = await fetch(`${url}/__control/setTiming`, {
    method: 'POST',
    body: JSON.stringify(timing),
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (!response.ok) throw new Error(`the emulator answered ${response.status}`);
}
