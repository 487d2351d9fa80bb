/**
 * Built-in roles and the permissions of each resource type. Approximate: the published pages name
 * only part of them, so clients must treat names as opaque.
 */
export interface BuiltInRole {
  readonly role: string;
  readonly description: string;
  readonly permissions: readonly string[];
}

const ORGANIZATION = [
  'Approve Access Request',
  'Configure Billing',
  'Configure Identity Providers',
  'Configure SCIM',
  'Control Access',
  'Create Team',
  'Create Workspace Group',
  'Delete',
  'Edit Organization',
  'Invite Users',
  'Manage API Keys',
  'Monitor',
  'Operate',
  'Update Virtual Workspaces',
  'View',
  'View Audit Log',
  'View Billing',
  'View Virtual Workspaces',
];

const CLUSTER = [
  'Activate SmartDR',
  'Configure Alerts',
  'Configure SmartDR',
  'Control Access',
  'Create Database',
  'Create Workspace',
  'Drop Database',
  'Load Data',
  'Monitor',
  'Operate',
  'Terminate',
  'Update Virtual Workspaces',
  'Use',
  'View',
  'View SmartDR',
  'View Storage DR',
  'View Virtual Workspaces',
];

const TEAM = ['Control Access', 'Delete', 'Edit', 'Manage Members', 'View'];
const SECRET = ['Control Access', 'Delete', 'Operate', 'Share', 'View'];

/** All permissions by resource type; `Cluster` is a workspace group. */
export const PERMISSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Organization', ORGANIZATION],
  ['Cluster', CLUSTER],
  ['Team', TEAM],
  ['Secret', SECRET],
]);

function role(name: string, description: string, permissions: readonly string[]): BuiltInRole {
  return { role: name, description, permissions };
}

const CLUSTER_OBSERVER = ['Monitor', 'View', 'View SmartDR', 'View Storage DR'];
const CLUSTER_WRITER = ['Configure SmartDR', 'Create Database', 'Drop Database', 'Load Data'];

export const BUILT_IN_ROLES: ReadonlyMap<string, readonly BuiltInRole[]> = new Map([
  [
    'Organization',
    [
      role('Owner', 'Full control of the organization', ORGANIZATION),
      role('Billing Administrator', 'Manages billing', ['Configure Billing', 'View Billing']),
      role('User Administrator', 'Manages users and teams', [
        'Configure Identity Providers',
        'Configure SCIM',
        'Create Team',
        'Invite Users',
      ]),
      role('Operator', 'Operates all workspace groups', ['Monitor', 'Operate', 'View']),
      role('Observer', 'Watches all workspace groups', ['Monitor', 'View']),
      role('Writer', 'Writes to all workspace groups', ['Monitor', 'View']),
      role('Reader', 'Reads all workspace groups', ['View']),
    ],
  ],
  [
    'Cluster',
    [
      role('Owner', 'Full control of the workspace group', CLUSTER),
      role('Operator', 'Operates the workspace group', [
        'Activate SmartDR',
        'Configure Alerts',
        'Configure SmartDR',
        'Monitor',
        'Operate',
        'Use',
        'View',
        'View SmartDR',
        'View Storage DR',
      ]),
      role('Observer', 'Watches the workspace group', CLUSTER_OBSERVER),
      role('Writer', 'Writes data', [...CLUSTER_WRITER, 'Monitor', 'Use', 'View']),
      role('Reader', 'Reads data', ['Use', 'View']),
      role('Restricted Operator', 'Operates without access to data', ['Monitor', 'Operate']),
    ],
  ],
  ['Team', [role('Owner', 'Manages the team and its members', TEAM)]],
  [
    'Secret',
    [
      role('Owner', 'Operates, deletes and shares the secret', SECRET),
      role('Reader', 'Views the secret', ['View']),
    ],
  ],
]);

/** Roles of the organization that count for every workspace group under the same name. */
export const CASCADING_ROLES: ReadonlySet<string> = new Set([
  'Owner',
  'Operator',
  'Observer',
  'Writer',
  'Reader',
]);
