import type { ProviderCases } from './case.ts';
import { ACCESS_CASES, SECRET_CASES } from './singlestore-access.ts';
import { BYSTANDERS, GROUP_CASES, PROJECT_CASES } from './singlestore-groups.ts';
import {
  CURRENT_USER_CASE,
  PERMISSION_CASE,
  REGION_CASE,
  USER_CASE,
} from './singlestore-looked-up.ts';
import { ROLE_CASES, TEAM_CASES } from './singlestore-people.ts';
import { WORKSPACE_CASES } from './singlestore-workspaces.ts';

export const SINGLESTORE: ProviderCases = {
  provider: 'singlestore',
  token: 'a-token-of-the-tests',
  bystanders: BYSTANDERS,
  kinds: [
    REGION_CASE,
    USER_CASE,
    CURRENT_USER_CASE,
    PERMISSION_CASE,
    PROJECT_CASES,
    GROUP_CASES,
    WORKSPACE_CASES,
    TEAM_CASES,
    ROLE_CASES,
    SECRET_CASES,
    ACCESS_CASES,
  ],
};
