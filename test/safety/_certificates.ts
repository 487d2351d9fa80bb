import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** Certificates made when a test runs, so that none of them runs out: X.509 v3 (RFC 5280) in DER. */

const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const ALTERNATIVE_NAMES = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';

export interface Issued {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export interface Authority extends Issued {
  issue(options: {
    readonly host: string;
    readonly fromMs?: number;
    readonly toMs?: number;
  }): Issued;
}

const DAY_MS = 86_400_000;

/** An authority that nobody trusts unless told to; its own certificate is self-signed. */
export function createAuthority(name = 'Authority of the tests'): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const nowMs = Date.now();
  const make = (
    subject: string,
    publicKey: KeyObject,
    extensions: readonly Buffer[],
    fromMs: number,
    toMs: number,
  ): string => {
    const algorithm = sequence(oid(ECDSA_SHA256));
    const unsigned = sequence(
      der(0xa0, integer(2)),
      integer(0x4000_0000 + Math.floor(Math.random() * 0x3fff_ffff)),
      algorithm,
      nameOf(name),
      sequence(time(fromMs), time(toMs)),
      nameOf(subject),
      publicKey.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(...extensions)),
    );
    const signature = sign('sha256', unsigned, own.privateKey);
    return pem(sequence(unsigned, algorithm, bits(signature)));
  };
  const isAuthority = sequence(
    oid(BASIC_CONSTRAINTS),
    der(0x01, Buffer.from([0xff])),
    der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
  );
  return {
    certificate: make(name, own.publicKey, [isAuthority], nowMs - DAY_MS, nowMs + DAY_MS),
    key: pkcs8(own.privateKey),
    issue({ host, fromMs = nowMs - DAY_MS, toMs = nowMs + DAY_MS }) {
      const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = sequence(
        oid(ALTERNATIVE_NAMES),
        der(0x04, sequence(der(0x82, Buffer.from(host, 'ascii')))),
      );
      return {
        certificate: make(host, keys.publicKey, [names], fromMs, toMs),
        key: pkcs8(keys.privateKey),
      };
    },
  };
}

function pkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 0x100), length % 0x100];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents);
}

/** A number below 2^31. */
function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return der(0x02, value < 0x80 ? bytes.subarray(3) : bytes);
}

function bits(content: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), content);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part % 0x80];
    for (let left = Math.floor(part / 0x80); left > 0; left = Math.floor(left / 0x80)) {
      groups.unshift((left % 0x80) + 0x80);
    }
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

function nameOf(text: string): Buffer {
  const attribute = sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(text, 'utf8')));
  return sequence(der(0x31, attribute));
}

function time(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`, 'ascii'));
}
