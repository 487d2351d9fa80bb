import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TrueupError } from '../../src/core/errors.ts';
import { readAuthorities } from '../../src/http/authorities.ts';
import { parseBaseUrl } from '../../src/http/base-url.ts';
import { proxyFor } from '../../src/http/proxy.ts';

const API = 'https://api.example.com';
const P = 'http://proxy.example:3128';

function failureOf(work: () => unknown): TrueupError {
  try {
    work();
  } catch (error) {
    if (error instanceof TrueupError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the proxy of a base URL', () => {
  it.each<readonly [string, Record<string, string>, string | undefined]>([
    ['none', {}, undefined],
    ['empty', { HTTPS_PROXY: ' ' }, undefined],
    ['HTTPS_PROXY', { HTTPS_PROXY: P }, P],
    ['the lower case first', { https_proxy: P, HTTPS_PROXY: 'http://other' }, P],
    ['ALL_PROXY where nothing is nearer', { ALL_PROXY: P }, P],
    ['all_proxy after HTTPS_PROXY', { all_proxy: 'http://other', HTTPS_PROXY: P }, P],
    ['never HTTP_PROXY', { HTTP_PROXY: P, http_proxy: P }, undefined],
    ['without a scheme', { HTTPS_PROXY: 'proxy.example:3128' }, P],
    ['over TLS', { HTTPS_PROXY: 'https://proxy.example:8443/' }, 'https://proxy.example:8443'],
  ])('%s', (_, environment, expected) => {
    expect(proxyFor(API, environment)?.origin).toBe(expected);
  });

  it('has its user and password decoded and taken out of what is shown', () => {
    const environment = { HTTPS_PROXY: 'http://us%65r:p%40%3Ass@proxy.example:3128' };
    expect(proxyFor(API, environment)).toEqual({ origin: P, user: 'user', password: 'p@:ss' });
  });

  it.each([
    ['socks5://user:planted@proxy.example', 'proxies of the scheme socks5: are not supported'],
    ['http://user:planted@', 'it is not a URL'],
    ['http://user:planted%zz@proxy.example', 'its user or password is not percent-encoded'],
    ['http://planted b/', 'it is not a URL'],
  ])('%s is refused without being repeated', (text, why) => {
    const error = failureOf(() => proxyFor(API, { ALL_PROXY: text }));
    expect(error.code).toBe('settings-invalid');
    expect(error.message).toBe(`the proxy of ALL_PROXY cannot be used: ${why}`);
    expect(`${error.message} ${error.hint ?? ''}`).not.toContain('planted');
  });

  it.each([
    'http://localhost:8080',
    'https://localhost',
    'http://127.0.0.1:1',
    'https://127.8.9.10',
    'http://[::1]:8080',
    'http://2130706433',
  ])('%s is this machine, which no proxy is asked for', (baseUrl) => {
    expect(proxyFor(parseBaseUrl(baseUrl), { HTTPS_PROXY: P, ALL_PROXY: P })).toBeUndefined();
  });
});

describe('NO_PROXY', () => {
  const exempt: readonly (readonly [string, string, boolean])[] = [
    ['*', API, true],
    ['api.example.com', API, true],
    ['API.Example.COM', API, true],
    ['example.com', API, true],
    ['.example.com', API, true],
    ['*.example.com', API, true],
    ['other.org, example.com', API, true],
    ['other.org example.com', API, true],
    ['example.com.', API, true],
    ['example.com', 'https://api.example.com.', true],
    ['api.example.com:443', API, true],
    ['api.example.com:8443', API, false],
    ['example.com:8443', 'https://api.example.com:8443', true],
    ['ample.com', API, false],
    ['example.co', API, false],
    ['com.', 'https://com.example', false],
    ['.', API, false],
    [',,', API, false],
    ['10.0.0.1', 'https://10.0.0.1', true],
    ['10.0.0.0/8', 'https://10.9.8.7', true],
    ['10.0.0.0/8', 'https://11.9.8.7', false],
    ['10.0.0.0/33', 'https://10.0.0.0', false],
    ['10.0.0.0/', 'https://10.0.0.0', false],
    ['0.0.1', 'https://10.0.0.1', false],
    ['10.0.0.1:443', 'https://10.0.0.1', true],
    ['2001:db8::1', 'https://[2001:db8::1]', true],
    ['[2001:db8::1]', 'https://[2001:DB8:0::1]', true],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443', true],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]', false],
    ['2001:db8::/32', 'https://[2001:db8:9::1]', true],
    ['2001:db8::/32', 'https://[2001:db9::1]', false],
    ['10.0.0.1', 'https://[2001:db8::1]', false],
  ];
  it.each(exempt)('%s and %s: %s', (list, url, expected) => {
    const proxy = proxyFor(url, { HTTPS_PROXY: P, NO_PROXY: list });
    expect(proxy === undefined).toBe(expected);
  });

  it('of the lower case wins', () => {
    const environment = { HTTPS_PROXY: P, no_proxy: '', NO_PROXY: '*' };
    expect(proxyFor(API, environment)?.origin).toBe(P);
  });
});

describe('the base URL', () => {
  it.each([
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://api.example.com:443/a/b//', 'https://api.example.com/a/b'],
    ['HTTPS://API.example.com:8443', 'https://api.example.com:8443'],
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['http://LOCALHOST', 'http://localhost'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['http://[0:0:0:0:0:0:0:1]', 'http://[::1]'],
    ['http://2130706433:80', 'http://127.0.0.1'],
    ['http://0x7f.1', 'http://127.0.0.1'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://api.example.com/a/../b', 'https://api.example.com/b'],
  ])('%s is %s', (text, expected) => {
    expect(parseBaseUrl(text)).toBe(expected);
  });

  it.each([
    ['', 'it is not a URL'],
    ['api.example.com', 'it is not a URL'],
    ['https://', 'it is not a URL'],
    ['https://a b', 'it is not a URL'],
    ['https://api.example.com:99999', 'it is not a URL'],
    ['https://user:planted@api.example.com', 'it holds credentials'],
    ['https://planted@api.example.com', 'it holds credentials'],
    ['https://api.example.com?key=planted', 'it has a query or a fragment'],
    ['https://api.example.com#planted', 'it has a query or a fragment'],
    ['http://api.example.com', 'only https is allowed, http for loopback only'],
    ['http://localhost.evil.example', 'only https is allowed, http for loopback only'],
    ['http://127.0.0.1.evil.example', 'only https is allowed, http for loopback only'],
    ['http://127.evil.example', 'only https is allowed, http for loopback only'],
    ['http://evil.example/localhost', 'only https is allowed, http for loopback only'],
    ['http://0.0.0.0', 'only https is allowed, http for loopback only'],
    ['http://[::ffff:10.0.0.1]', 'only https is allowed, http for loopback only'],
    ['http://3232235777', 'only https is allowed, http for loopback only'],
    ['http://localhost\u3002evil.example', 'only https is allowed, http for loopback only'],
    ['ftp://localhost', 'only https is allowed, http for loopback only'],
    ['file:///etc/passwd', 'only https is allowed, http for loopback only'],
    ['javascript:alert(1)', 'only https is allowed, http for loopback only'],
  ])('%s is refused', (text, why) => {
    const error = failureOf(() => parseBaseUrl(text));
    expect(error.message).toBe(`the base URL of the API cannot be used: ${why}`);
    expect(error.message).not.toContain('planted');
  });
});

describe('authorities', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-ca-'));

  it('are read only where they are asked for', () => {
    expect(readAuthorities({})).toEqual([]);
    expect(readAuthorities({ SSL_CERT_FILE: '', NODE_EXTRA_CA_CERTS: '/nowhere' })).toEqual([]);
  });

  it('that cannot be used are named', () => {
    const path = join(folder, 'no.pem');
    writeFileSync(path, 'no certificate');
    expect(failureOf(() => readAuthorities({ SSL_CERT_FILE: path })).message).toBe(
      `the file ${path} of SSL_CERT_FILE cannot be used: it holds no certificate in PEM form`,
    );
    const missing = join(folder, 'none.pem');
    expect(failureOf(() => readAuthorities({ SSL_CERT_FILE: missing })).message).toBe(
      `the file ${missing} of SSL_CERT_FILE cannot be used: ENOENT`,
    );
  });
});
