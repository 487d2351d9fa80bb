import { setMaxListeners } from 'node:events';

/**
 * Calls the listener when the signal is aborted, once; not for one that was aborted before. The
 * returned function takes the listener away. One signal stands for a whole run and has as many
 * listeners as there are waits, which Node would warn of as a leak.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => undefined;
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
