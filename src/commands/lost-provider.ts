import { TrueupError } from '../core/errors.ts';
import { ApiError } from '../http/api-error.ts';
import type { ReadClient } from '../http/contract.ts';

/** Mistakes and refusals, which concern the whole run: a plan without that provider hides them. */
const OF_THE_RUN: ReadonlySet<string> = new Set([
  'internal',
  'interrupted',
  'guard-organization',
  'settings-invalid',
  'read-only-violation',
]);

/** Why a provider cannot be asked, where the others can be planned all the same. */
export function lossOf(error: unknown): ApiError | undefined {
  if (!(error instanceof TrueupError) || OF_THE_RUN.has(error.code)) return undefined;
  if (error instanceof ApiError) return error;
  return new ApiError(error.code, error.message, {
    kind: 'ambiguous',
    method: 'GET',
    path: '/',
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** Asks nothing any more: every read of it fails, so every collection is incomplete. */
export function lostClient(client: ReadClient, error: ApiError): ReadClient {
  return {
    get: () => Promise.reject(error),
    lastServerTimeMs: () => client.lastServerTimeMs(),
    requestCount: () => client.requestCount(),
  };
}
