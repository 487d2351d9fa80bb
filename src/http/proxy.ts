import { BlockList, isIP } from 'node:net';
import { TrueupError } from '../core/errors.ts';
import { isLoopback } from './base-url.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy that requests to an HTTPS origin go through, by CONNECT. */
export interface Proxy {
  /** Scheme, host and port, without user and password: fit to be shown. */
  readonly origin: string;
  readonly user: string;
  readonly password: string;
}

/** In the order they are looked at; what curl reads for an HTTPS URL. */
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'] as const;

/**
 * The proxy for a base URL, or undefined for a direct connection. The environment says it, by the
 * rules of curl, with one exception that Go's tools make too: this machine itself is never asked
 * for through a proxy. Plain HTTP is for this machine only, so `HTTP_PROXY` is never used.
 * Throws `settings-invalid` for a proxy that cannot be used.
 */
export function proxyFor(baseUrl: string, environment: Environment): Proxy | undefined {
  const url = new URL(baseUrl);
  if (isLoopback(url)) return undefined;
  for (const variable of PROXY_VARIABLES) {
    const text = environment[variable]?.trim();
    if (text === undefined || text === '') continue;
    const exempt = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
    return isExempt(url, exempt) ? undefined : parseProxy(variable, text);
  }
  return undefined;
}

/** What is wrong never repeats the text: it may hold a password. */
function parseProxy(variable: string, text: string): Proxy {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || url.hostname === '') throw invalid(variable, 'it is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid(variable, `proxies of the scheme ${url.protocol} are not supported`);
  }
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === undefined || password === undefined) {
    throw invalid(variable, 'its user or password is not percent-encoded');
  }
  return { origin: url.origin, user, password };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function invalid(variable: string, why: string): TrueupError {
  return new TrueupError('settings-invalid', `the proxy of ${variable} cannot be used: ${why}`, {
    hint: 'it is written http://[user:password@]host:port; NO_PROXY names hosts that need none',
  });
}

/**
 * `NO_PROXY`: names separated by commas or blanks. `*` is every host; a name is the host and what
 * is below it, with or without a leading `.` or `*.`; addresses may have a prefix length; each may
 * end with a port.
 */
function isExempt(url: URL, list: string): boolean {
  const host = url.hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  const port = url.port === '' ? '443' : url.port;
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((item) => item !== '')
    .some((item) => fits(item, host, port));
}

function fits(item: string, host: string, port: string): boolean {
  if (item === '*') return true;
  const [name, itemPort] = splitPort(item);
  if (itemPort !== undefined && itemPort !== port) return false;
  if (isIP(host) !== 0) return isInNetwork(host, name);
  const suffix = name.replace(/^\*?\./, '').replace(/\.$/, '');
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

function splitPort(item: string): readonly [string, string | undefined] {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(item);
  if (bracketed !== null) return [bracketed[1] ?? '', bracketed[2]];
  const [name = '', port, ...more] = item.split(':');
  // More than one colon: an IPv6 address without brackets, which has no port.
  return port !== undefined && more.length === 0 && /^\d+$/.test(port)
    ? [name, port]
    : [item, undefined];
}

function isInNetwork(host: string, name: string): boolean {
  const [address = '', prefix] = name.split('/');
  const version = isIP(address);
  if (version === 0 || version !== isIP(host)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const bitsMax = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? bitsMax : Number(prefix);
  if (!Number.isInteger(bits) || bits < 0 || bits > bitsMax || prefix === '') return false;
  const network = new BlockList();
  network.addSubnet(address, bits, family);
  return network.check(host, family);
}
