// Made by scripts/generate.mjs from schemas/. Do not edit.

/** Who holds one role on one object. The entry is authoritative for the direct grants of that pair; inherited grants are never touched. Removing the entry revokes only what trueup granted. */
export interface AccessControlsFields {
  /** The object the role is held on; exactly one of its fields. Cannot change in place. */
  readonly object: {
    /** A workspace group: a key of `workspaceGroups`, `{ name: … }` or `{ id: … }`. */
    readonly workspaceGroup?: string;
    /** A team: a key of `teams`, `{ name: … }` or `{ id: … }`. */
    readonly team?: string;
    /** A secret: a key of `secrets`, `{ name: … }` or `{ id: … }`. */
    readonly secret?: string;
    /** true: the organization itself. */
    readonly organization?: true;
  };
  /** Name of the role, built-in or custom, of the resource type of the object. Cannot change in place. */
  readonly role: string;
  /** E-mail addresses of the users who hold the role directly, compared as a set and in any case. Absent: users are left alone. */
  readonly users?: readonly string[];
  /** Teams that hold the role directly: keys of `teams`, `{ name: … }` or `{ id: … }`. Absent: teams are left alone. */
  readonly teams?: readonly string[];
}

/** The user whose credential is in use. Looked up, never managed. */
export interface CurrentUserFields {
  /** E-mail address, in lower case. */
  readonly email?: string;
  /** ID of the organization the credential belongs to. */
  readonly organizationID?: string;
}

/** A permission that roles of one resource type can have. Looked up, never managed. */
export interface PermissionsFields {
  /** Name of the permission. */
  readonly permission?: string;
  /** Resource type it is for. */
  readonly resourceType?: string;
  /** What it allows. */
  readonly description?: string;
}

/** A project: it groups workspace groups and decides their edition. */
export interface ProjectsFields {
  /** Name of the project. Default: the key of the entry. */
  readonly name?: string;
  /** Edition of everything in the project. STANDARD, ENTERPRISE and SHARED are in use today. Cannot change in place. */
  readonly edition?: 'STANDARD' | 'ENTERPRISE' | 'SHARED' | 'DEDICATED' | 'PREMIUM';
  /** When the project was created. */
  readonly createdAt?: string;
}

/** A region of a cloud provider. Looked up, never managed. */
export interface RegionsFields {
  /** Cloud provider: AWS, Azure or GCP. */
  readonly provider?: string;
  /** Code name, for example `us-east-1`. */
  readonly regionName?: string;
  /** Display name, for example `US East 1 (N. Virginia)`. */
  readonly region?: string;
}

/** A custom role for one resource type. Built-in roles cannot be changed. */
export interface RolesFields {
  /** Name of the role, and with `resourceType` its identity. Default: the key of the entry. Cannot change in place. */
  readonly role?: string;
  /** What the role is for: Organization, Cluster (a workspace group), Team or Secret. Cannot change in place. */
  readonly resourceType: string;
  /** What the role is for. */
  readonly description?: string;
  /** Permissions of the role, compared as a set; each must exist for the resource type. */
  readonly permissions?: readonly string[];
  /** Roles whose permissions this one has too, compared as a set. They may be of another resource type. */
  readonly inherits?: readonly {
    /** Resource type of that role. */
    readonly resourceType: string;
    /** Name of that role, built-in or custom. */
    readonly role: string;
  }[];
  /** false for the roles that come with SingleStore. */
  readonly isCustom?: boolean;
  /** When the role was created. */
  readonly createdAt?: string;
  /** When the role was last changed. */
  readonly updatedAt?: string;
}

/** A secret of the organization, for notebooks, jobs and functions. */
export interface SecretsFields {
  /** Name of the secret: letters, digits and underscores. Default: the key of the entry. Cannot change in place. */
  readonly name?: string;
  /** The secret text. Give a source (`{ fromEnv: … }`, `{ fromFile: … }`, `{ fromCommand: […] }`) or an expression. */
  readonly value?: string;
  /** When the secret was created. */
  readonly createdAt?: string;
  /** When the secret was last changed. */
  readonly lastUpdatedAt?: string;
  /** ID of the user who created it. */
  readonly createdBy?: string;
  /** ID of the user who last changed it. */
  readonly lastUpdatedBy?: string;
}

/** A team of users and other teams, to which roles can be granted. */
export interface TeamsFields {
  /** Name of the team. Default: the key of the entry. */
  readonly name?: string;
  /** What the team is for. */
  readonly description?: string;
  /** Who is in the team. `users` and `teams` are managed independently: a half that is absent is left alone. */
  readonly members?: {
    /** E-mail addresses of users of the organization, compared as a set and in any case. */
    readonly users?: readonly string[];
    /** Teams whose members are members of this one: keys of `teams`, `{ name: … }` or `{ id: … }`. */
    readonly teams?: readonly string[];
  };
  /** When the team was created. */
  readonly createdAt?: string;
}

/** A user of the organization. Looked up, never managed. */
export interface UsersFields {
  /** E-mail address, in lower case. */
  readonly email?: string;
  /** First name. */
  readonly firstName?: string;
  /** Last name. */
  readonly lastName?: string;
  /** Standard, ServiceAccount or CloudPrincipal. */
  readonly userKind?: string;
}

/** A workspace group: the region, firewall and update window shared by up to five workspaces, and the storage of their databases. Deleting it deletes its workspaces and all their data. */
export interface WorkspaceGroupsFields {
  /** Name of the group. Any text; it can be changed in place. Default: the key of the entry. */
  readonly name?: string;
  /** Cloud provider of the region: AWS, Azure or GCP (any case). Goes together with `regionName`; the alternative is `regionID`. Cannot change in place. */
  readonly provider?: string;
  /** Code name of the region at the provider, for example `us-east-1`. Goes together with `provider`. Cannot change in place. */
  readonly regionName?: string;
  /** ID of the region (a UUID), instead of `provider` and `regionName`. Cannot change in place. */
  readonly regionID?: string;
  /** Project the group belongs to; it decides the edition. A key of `projects`, `{ name: … }` or `{ id: … }`. Without it the API picks one. Cannot change in place. */
  readonly project?: string;
  /** CIDR ranges that may connect, compared as a set. `[]` lets nobody in; a list with `0.0.0.0/0` lets everybody in, as `allowAllTraffic: true` does. Applied a while after the API has answered. This or `allowAllTraffic` is needed to create a group. */
  readonly firewallRanges?: readonly string[];
  /** Whether the group can be reached from anywhere. The same as the range `0.0.0.0/0`. */
  readonly allowAllTraffic?: boolean;
  /** Password of the SQL user `admin`. At least 14 characters, with upper and lower case letters, a digit and a special character, no three characters in sequence and no four the same in a row. The API never tells it again. Left out when the group is created, the API generates one and shows it once. Give a source: `{ fromEnv: … }`, `{ fromFile: … }` or `{ fromCommand: […] }`. */
  readonly adminPassword?: string;
  /** When the group is terminated, with all its data: a time (RFC 3339), a date, or a duration from when it is sent, such as `3h30m`. Without it the group never expires. Once set it cannot be cleared, only moved. */
  readonly expiresAt?: string;
  /** Weekly hour in which SingleStore may update the group. Changed as a whole. */
  readonly updateWindow?: {
    /** Day of the week, 0 (Sunday) to 6 (Saturday). */
    readonly day: number;
    /** Hour of the day in UTC, 0 to 23. */
    readonly hour: number;
  };
  /** PRODUCTION (default) or NON-PRODUCTION; holds for every workspace of the group. */
  readonly deploymentType?: 'PRODUCTION' | 'NON-PRODUCTION';
  /** Whether the group is spread over two availability zones. Cannot change in place. */
  readonly highAvailabilityTwoZones?: boolean;
  /** Whether preview features are on. Only with `deploymentType: NON-PRODUCTION`, which then cannot change any more. Cannot change in place. */
  readonly optInPreviewFeature?: boolean;
  /** Name of the project the group belongs to. */
  readonly projectName?: string;
  /** ACTIVE, PENDING, FAILED or TERMINATED. */
  readonly state?: string;
  /** When the group was created. */
  readonly createdAt?: string;
  /** When the group was terminated. */
  readonly terminatedAt?: string;
  /** Account that outbound connections of the group come from (AWS only). */
  readonly outboundAllowList?: string;
  /** ACTIVE or STANDBY where disaster recovery is set up. */
  readonly smartDRStatus?: string;
}

/** A workspace: the machines that run queries, inside a workspace group. A group has at most five. */
export interface WorkspacesFields {
  /** Name of the workspace: lower-case letters, digits and hyphens, at most 32. Default: the key of the entry. Cannot change in place. */
  readonly name?: string;
  /** Group the workspace lives in: a key of `workspaceGroups`, `{ name: … }` or `{ id: … }`. Cannot change in place. */
  readonly workspaceGroup: string;
  /** Size: `S-00` (the default of the API), `S-0`, `S-1`, `S-2`, `S-4` and so on. A change restarts the workspace. */
  readonly size?: string;
  /** Multiplier of the size for a while of high load: 1, 2 or 4. */
  readonly scaleFactor?: 1 | 2 | 4;
  /** Multiplier of the persistent cache: 1, 2 or 4. */
  readonly cacheConfig?: 1 | 2 | 4;
  /** When the workspace suspends by itself. `null` or `suspendType: DISABLED`: never. Changed as a whole. */
  readonly autoSuspend?: {
    /** IDLE: after a time without queries. SCHEDULED: after a time since the last resume. DISABLED: never. */
    readonly suspendType: 'IDLE' | 'SCHEDULED' | 'DISABLED';
    /** That time, in seconds. Not with DISABLED. */
    readonly suspendAfterSeconds?: number;
  } | null;
  /** How far the workspace may grow by itself. `null` or `maxScaleFactor: 1`: not at all. Changed as a whole. */
  readonly autoScale?: {
    /** Largest scale factor: 1 (off), 2 or 4. */
    readonly maxScaleFactor: 1 | 2 | 4;
    /** How fast it reacts: LOW, NORMAL (default) or HIGH. Not with `maxScaleFactor: 1`. */
    readonly sensitivity?: 'LOW' | 'NORMAL' | 'HIGH';
  } | null;
  /** Whether SingleStore Kai, the MongoDB-compatible interface, is on. */
  readonly enableKai?: boolean;
  /** PRODUCTION or NON-PRODUCTION. The API takes it only after the workspace exists, so a create sends it in a second step. */
  readonly deploymentType?: 'PRODUCTION' | 'NON-PRODUCTION';
  /** true: keep the workspace suspended. false: keep it running. Absent: either is fine, so that it may suspend by itself and people may resume it. */
  readonly suspended?: boolean;
  /** Host name to connect to. Absent while the workspace is suspended; it may differ after a resume. */
  readonly endpoint?: string;
  /** ACTIVE, PENDING, SUSPENDED, FAILED or TERMINATED. */
  readonly state?: string;
  /** When the workspace was created. */
  readonly createdAt?: string;
  /** When the workspace was terminated. */
  readonly terminatedAt?: string;
  /** When the workspace was last resumed. */
  readonly lastResumedAt?: string;
  /** Progress of a size change, in percent. */
  readonly scalingProgress?: number;
}
