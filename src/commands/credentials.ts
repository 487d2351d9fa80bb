import { TrueupError } from '../core/errors.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Secret } from '../core/secret.ts';
import { parseBaseUrl } from '../http/base-url.ts';
import type { ClientCredentials } from '../http/contract.ts';
import type { CredentialExchange, Provider } from '../providers/contract.ts';

const TOKEN_URL = 'the URL of the token exchange';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says about the credential of a provider. */
export type Credential =
  | { readonly type: 'token'; readonly token: Secret; readonly note: string | undefined }
  | {
      readonly type: 'exchange';
      readonly exchange: CredentialExchange;
      readonly credentials: ClientCredentials;
      /** URL to exchange them at. */
      readonly endpoint: string;
    };

/**
 * The credential of a provider. A token wins over a pair that is to be exchanged, and says so.
 * Throws `credentials-missing`, with the name of what lacks of a pair, and `settings-invalid` for
 * the URL of the exchange.
 */
export function credentialOf(provider: Provider, env: Environment, redactor: Redactor): Credential {
  const { exchange } = provider;
  const variable = provider.credentialVariables.find((name) => valueOf(env, name) !== undefined);
  const secrets = [exchange?.secretVariable].flatMap((name) => valueOf(env, name) ?? []);
  // Also what is not used is known: nothing prints it.
  for (const secret of secrets) redactor.secret(secret);
  const token = valueOf(env, variable);
  if (token !== undefined) {
    const isPairSet = secrets.length > 0;
    const note = isPairSet
      ? `${variable ?? ''} and ${exchange?.secretVariable ?? ''} are both set; the token of ${variable ?? ''} is used`
      : undefined;
    return { type: 'token', token: redactor.secret(token), note };
  }
  const id = valueOf(env, exchange?.idVariable);
  const secret = secrets[0];
  if (exchange === undefined || (id === undefined && secret === undefined)) throw missing(provider);
  if (id === undefined) throw half(exchange.secretVariable, exchange.idVariable);
  if (secret === undefined) throw half(exchange.idVariable, exchange.secretVariable);
  return {
    type: 'exchange',
    exchange,
    credentials: { id, secret: redactor.secret(secret) },
    endpoint: urlOf(env, exchange.endpointVariable, exchange.defaultEndpoint, TOKEN_URL),
  };
}

/**
 * A URL from the environment only: a manifest must not send a credential anywhere. Throws
 * `settings-invalid`.
 */
export function urlOf(
  env: Environment,
  variable: string,
  byDefault: string,
  what?: string,
): string {
  const text = valueOf(env, variable);
  if (text === undefined) return byDefault;
  try {
    return parseBaseUrl(text, what);
  } catch (cause) {
    if (!(cause instanceof TrueupError)) throw cause;
    const hint = `it comes from the environment variable ${variable}`;
    throw new TrueupError(cause.code, cause.message, { cause, hint });
  }
}

function valueOf(env: Environment, name: string | undefined): string | undefined {
  const text = name === undefined ? '' : (env[name]?.trim() ?? '');
  return text === '' ? undefined : text;
}

function missing(provider: Provider): TrueupError {
  const { credentialVariables, exchange } = provider;
  const pair =
    exchange === undefined ? '' : `, or ${exchange.idVariable} and ${exchange.secretVariable}`;
  const wanted = `${credentialVariables.join(' or ')}${pair}`;
  return new TrueupError('credentials-missing', `no API key for ${provider.name}: set ${wanted}`, {
    hint: 'or try the stack on the embedded emulator with `--emulate`',
  });
}

function half(given: string, lacking: string): TrueupError {
  return new TrueupError('credentials-missing', `${given} is set, but ${lacking} is not`, {
    hint: 'they belong together: one is of no use without the other',
  });
}
