import type { Provider } from '../contract.ts';
import { apiKeys } from './api-keys.ts';
import { appSecrets } from './app-secrets.ts';
import { apps } from './apps.ts';
import { containerImages } from './container-images.ts';
import {
  clientCredentials,
  ORGANIZATION_PATTERN,
  organizationHeader,
  TOKEN_VARIABLES,
} from './credentials.ts';
import { deployments } from './deployments.ts';
import { explain } from './explain.ts';
import { limits } from './limits.ts';
import { members } from './members.ts';
import { readOrganization } from './organization.ts';
import { regions } from './regions.ts';
import { starter } from './starter.ts';

/** The Spice.ai Cloud Management API, v1. */
export const spice: Provider = {
  name: 'spice',
  settingsSchema: {
    type: 'object',
    additionalProperties: false,
    description: 'Settings of Spice.ai. Credentials and base URL come from the environment.',
    properties: {
      organization: {
        description:
          'Name of the organization to work in; asserted before anything else is done. Without it, the one of the credential.',
        type: 'string',
        pattern: ORGANIZATION_PATTERN,
      },
      timing: {
        description:
          'How long trueup waits: `real`, `fast` (for the emulator), or settings such as `real,pollMs=5000`.',
        type: 'string',
      },
    },
  },
  kinds: [apps, appSecrets, deployments, apiKeys, members, regions, containerImages, limits],
  credentialVariables: TOKEN_VARIABLES,
  exchange: clientCredentials,
  baseUrlVariable: 'SPICEAI_API_ENDPOINT',
  defaultBaseUrl: 'https://api.spice.ai',
  // 1 000 a minute and 10 000 an hour are allowed: what goes beyond is told by headers and refusals.
  defaultRate: 10,
  starter,
  organization: readOrganization,
  headers: organizationHeader,
  explain,
};
