/** Answers to open questions about the API; explained in docs/emulator-singlestore.md. */
export interface EmulatorSwitches {
  readonly secretsListShape: 'array' | 'envelope';
  readonly secretValuesInList: boolean;
  readonly secretTombstones: boolean;
  /** A status here and below; 0 where it says so: allowed. */
  readonly duplicateSecretStatus: number;
  /** 0: allowed. */
  readonly duplicateTeamStatus: number;
  /** 0: allowed. */
  readonly duplicateWorkspaceStatus: number;
  readonly duplicateRoleStatus: number;
  readonly sixthWorkspaceStatus: number;
  readonly groupNotEmptyStatus: number;
  readonly projectNotEmptyStatus: number;
  /** Refused because of the state a workspace is in. */
  readonly conflictStatus: number;
  readonly workspaceNames: 'strict' | 'free';
  readonly pendingPatch: 'accept' | 'refuse';
  readonly endpointChangesOnResume: boolean;
  readonly roleInUse: 'refuse' | 'allow';
  readonly teamInUse: 'refuse' | 'allow';
  readonly nullClears: boolean;
  readonly assignUpdateWindow: boolean;
  readonly echoAdminPassword: boolean;
  readonly identityRolesInherited: boolean;
  readonly creatorOwns: boolean;
}

export const DEFAULT_SWITCHES: EmulatorSwitches = {
  secretsListShape: 'envelope',
  secretValuesInList: true,
  secretTombstones: false,
  duplicateSecretStatus: 409,
  duplicateTeamStatus: 409,
  duplicateWorkspaceStatus: 0,
  duplicateRoleStatus: 409,
  sixthWorkspaceStatus: 400,
  groupNotEmptyStatus: 409,
  projectNotEmptyStatus: 409,
  conflictStatus: 409,
  workspaceNames: 'strict',
  pendingPatch: 'accept',
  endpointChangesOnResume: true,
  roleInUse: 'refuse',
  teamInUse: 'allow',
  nullClears: false,
  assignUpdateWindow: true,
  echoAdminPassword: false,
  identityRolesInherited: false,
  creatorOwns: false,
};
