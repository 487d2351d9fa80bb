import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TrueupError } from '../core/errors.ts';

/** The first is what Go's tools read; Node reads the second by itself, unless it is given others. */
const VARIABLES = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'] as const;

/**
 * The certificates of `SSL_CERT_FILE`, in PEM, to be trusted besides Node's own; none where it is
 * not set. Throws `settings-invalid` for a file that cannot be read or holds no certificate.
 */
export function readAuthorities(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  if ((environment['SSL_CERT_FILE'] ?? '') === '') return [];
  return VARIABLES.flatMap((variable) => {
    const path = environment[variable] ?? '';
    return path === '' ? [] : [readCertificates(variable, path)];
  });
}

function readCertificates(variable: string, path: string): string {
  try {
    const pem = readFileSync(path, 'utf8');
    void new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why = code.startsWith('ERR_') ? 'it holds no certificate in PEM form' : code;
    const message = `the file ${path} of ${variable} cannot be used: ${why}`;
    throw new TrueupError('settings-invalid', message, { cause });
  }
}
