import { isJsonObject } from '../../core/json.ts';
import type { ReadClient } from '../../http/contract.ts';
import type { Organization, Provider } from '../contract.ts';
import { accessControls } from './access-controls.ts';
import { invalidAnswer } from '../shared/api.ts';
import { currentUser } from './current-user.ts';
import { nonEmptyOf } from '../shared/item.ts';
import { readHistory } from './history.ts';
import { permissions } from './permissions.ts';
import { projects } from './projects.ts';
import { regions } from './regions.ts';
import { roles } from './roles.ts';
import { secrets } from './secrets.ts';
import { teams } from './teams.ts';
import { users } from './users.ts';
import { workspaceGroups } from './workspace-groups.ts';
import { workspaces } from './workspaces.ts';

const ORGANIZATION = '/v1/organizations/current';
import { starter } from './starter.ts';

/** The SingleStore Helios Management API, v1 (with v2 for regions and permissions). */
export const singlestore: Provider = {
  name: 'singlestore',
  settingsSchema: {
    type: 'object',
    additionalProperties: false,
    description: 'Settings of SingleStore. Credentials and base URL come from the environment.',
    properties: {
      organization: {
        description: 'Name or ID of the organization; asserted before anything else is done.',
        type: 'string',
      },
      timing: {
        description:
          'How long trueup waits: `real`, `fast` (for the emulator), or settings such as `real,pollMs=5000`.',
        type: 'string',
      },
    },
  },
  kinds: [
    projects,
    workspaceGroups,
    workspaces,
    roles,
    teams,
    secrets,
    accessControls,
    regions,
    users,
    permissions,
    currentUser,
  ],
  credentialVariables: ['SINGLESTOREDB_API_KEY', 'SINGLESTOREDB_MANAGEMENT_TOKEN'],
  baseUrlVariable: 'SINGLESTOREDB_MANAGEMENT_BASE_URL',
  defaultBaseUrl: 'https://api.singlestore.com',
  defaultRate: 5,
  starter,
  organization: readOrganization,
  history: readHistory,
};

async function readOrganization(client: ReadClient): Promise<Organization> {
  const { body } = await client.get(ORGANIZATION);
  const id = isJsonObject(body) ? nonEmptyOf(body, 'orgID') : undefined;
  if (!isJsonObject(body) || id === undefined) throw invalidAnswer('GET', ORGANIZATION);
  return { id, name: nonEmptyOf(body, 'name') ?? id };
}
