import type { Starter } from '../contract.ts';

/** A group with a workspace, a team, and an output: what `trueup init` writes. */
export const starter: Starter = {
  variables: { region: '{ type: string, default: us-east-1 }' },
  manifest: `workspaceGroups:
  main:
    provider: AWS
    regionName: \${var.region}
    firewallRanges: [203.0.113.0/24]

workspaces:
  app:
    workspaceGroup: main
    size: S-00
    autoSuspend: { suspendType: IDLE, suspendAfterSeconds: 1800 }

teams:
  analysts:
    description: Reads reports

outputs:
  app-endpoint: { value: '\${workspaces.app.endpoint}' }
`,
};
