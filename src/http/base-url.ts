import { TrueupError } from '../core/errors.ts';
import type { ApiRequest } from './contract.ts';

/** Hosts of this machine: plain HTTP is allowed there. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The base URL without a slash at its end. Throws `settings-invalid`, which tells of `what`. */
export function parseBaseUrl(text: string, what: string = 'the base URL of the API'): string {
  const invalid = (why: string): TrueupError =>
    new TrueupError('settings-invalid', `${what} cannot be used: ${why}`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw invalid('it is not a URL');
  if (url.username !== '' || url.password !== '') throw invalid('it holds credentials');
  if (url.search !== '' || url.hash !== '') throw invalid('it has a query or a fragment');
  if (!isSafeUrl(url)) throw invalid('only https is allowed, http for loopback only');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** HTTPS, or HTTP to this machine. */
export function isSafeUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** By its name alone: no name is looked up. */
export function isLoopback(url: URL): boolean {
  return LOOPBACK.test(url.hostname);
}

/** What stays as it is in a URL, whatever is made of it: nearly every path and query. */
const PLAIN_PATH = /^(?:\/[\w-]+)+$/;
const PLAIN_VALUE = /^[\w-]*$/;

/**
 * The URL of a request: always below the base. A path whose segments are not encoded, or that
 * would lead elsewhere (`..`), is a bug of the caller: `internal`.
 */
export function buildUrl(baseUrl: string, request: Pick<ApiRequest, 'path' | 'query'>): string {
  return plainUrl(baseUrl, request) ?? checkedUrl(baseUrl, request);
}

/** Without parsing a URL; undefined where there is anything to encode or to check. */
function plainUrl(
  baseUrl: string,
  { path, query = {} }: Pick<ApiRequest, 'path' | 'query'>,
): string | undefined {
  if (!PLAIN_PATH.test(path)) return undefined;
  let url = `${baseUrl}${path}`;
  let separator = '?';
  for (const [key, value] of Object.entries(query)) {
    if (!PLAIN_VALUE.test(key) || !PLAIN_VALUE.test(value)) return undefined;
    url += `${separator}${key}=${value}`;
    separator = '&';
  }
  return url;
}

function checkedUrl(baseUrl: string, request: Pick<ApiRequest, 'path' | 'query'>): string {
  const expected = `${new URL(baseUrl).pathname.replace(/\/+$/, '')}${request.path}`;
  const text = `${baseUrl}${request.path}`;
  const url = request.path.startsWith('/') && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.pathname !== expected || url.origin !== new URL(baseUrl).origin) {
    throw new TrueupError('internal', `not a path of the API: ${request.path}`);
  }
  for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
  return url.href;
}
