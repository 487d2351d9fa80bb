import type { Starter } from '../contract.ts';

/** An app with its spicepod, its deployment, and an output: what `trueup init` writes. */
export const starter: Starter = {
  variables: { region: '{ type: string, default: us-east-1 }' },
  manifest: `apps:
  taxi-trips:
    region: \${var.region}
    description: Questions about taxi trips
    spicepod:
      version: v1
      kind: Spicepod
      name: taxi-trips
      datasets:
        - from: s3://spiceai-demo-datasets/taxi_trips/2024/
          name: taxi_trips

deployments:
  # A change of the app, or of its secrets, deploys it anew.
  taxi-trips:
    app: taxi-trips

outputs:
  app-url: { value: '\${apps.taxi-trips.endpoint}' }
`,
};
