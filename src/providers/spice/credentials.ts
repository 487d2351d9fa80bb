import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { GivenToken } from '../../http/contract.ts';
import type { CredentialExchange } from '../contract.ts';

/** Variables with a personal access token; the Terraform provider knows none. */
export const TOKEN_VARIABLES: readonly string[] = ['SPICEAI_TOKEN'];

/**
 * OAuth client credentials, as JSON, on another host than the API; the variables are those of the
 * Terraform provider. There is no token for renewing: it is asked for again.
 */
export const clientCredentials: CredentialExchange = {
  idVariable: 'SPICEAI_CLIENT_ID',
  secretVariable: 'SPICEAI_CLIENT_SECRET',
  endpointVariable: 'SPICEAI_OAUTH_ENDPOINT',
  defaultEndpoint: 'https://spice.ai/api/oauth/token',
  request: ({ id, secret }) => ({
    grant_type: 'client_credentials',
    client_id: id,
    client_secret: secret,
  }),
  token: readToken,
};

function readToken(answer: unknown): GivenToken | undefined {
  if (!isJsonObject(answer)) return undefined;
  const { access_token: token, expires_in: seconds } = answer;
  if (typeof token !== 'string') return undefined;
  return { token, expiresInSeconds: typeof seconds === 'number' ? seconds : undefined };
}

/** What `X-Org-Name` may be; blank is not the same as absent, and refused. */
export const ORGANIZATION_PATTERN = '^[A-Za-z0-9._-]{1,255}$';

/** The organization that is asked for; without one it is the credential's own. */
export function organizationHeader(settings: JsonObject): Readonly<Record<string, string>> {
  const { organization } = settings;
  return typeof organization === 'string' ? { 'x-org-name': organization } : {};
}
