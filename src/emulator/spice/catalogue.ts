import type { Fields, Json } from '../contract.ts';
import { invalidBody } from './problem.ts';
import { ok } from './world.ts';
import type { Call, Result } from './world.ts';

export const DEFAULT_REGION = 'us-east-1';

interface Region {
  readonly name: string;
  readonly region: string;
  readonly env: 'prod' | 'dev';
  readonly disabled: boolean;
}

const REGIONS: readonly Region[] = [
  { name: 'US East (N. Virginia)', region: 'us-east-1', env: 'prod', disabled: false },
  { name: 'US East (Ohio)', region: 'us-east-2', env: 'prod', disabled: true },
  { name: 'US West (Oregon)', region: 'us-west-2', env: 'prod', disabled: false },
  { name: 'US West (Oregon)', region: 'us-west-2', env: 'dev', disabled: false },
];

export const CLUSTER = {
  cluster_name: 'acme-dedicated',
  cluster_id: 'cluster-acme-dedicated',
  region: 'us-west-2',
};

const STABLE_TAGS = ['2.1.0', '2.0.1', '1.5.0-models'];
const ENTERPRISE_TAGS = ['2.1.0-enterprise', '2.0.1-enterprise'];
export const DEFAULT_TAG = '2.1.0';

export function cnameOf(region: string, env = 'prod'): string {
  return `${region}-${env}-aws-data`;
}

/** The region of a cname, which may be the region's ID itself; undefined: unknown or disabled. */
export function regionOf(text: string): string | undefined {
  return REGIONS.find(
    ({ region, env, disabled }) =>
      env === 'prod' && !disabled && (region === text || cnameOf(region) === text),
  )?.region;
}

/** Regions one can create in. */
export function openRegions(): readonly string[] {
  return REGIONS.filter(({ env, disabled }) => env === 'prod' && !disabled).map(
    ({ region }) => region,
  );
}

export function isPublished(tag: string): boolean {
  return STABLE_TAGS.includes(tag) || ENTERPRISE_TAGS.includes(tag);
}

/** One of a query's choices. */
function queryChoice(call: Call, name: string, choices: readonly string[]): string {
  const value = call.query.get(name) ?? choices[0] ?? '';
  if (!choices.includes(value)) {
    throw invalidBody({ [name]: [`Must be one of ${choices.join(', ')}`] });
  }
  return value;
}

export function listRegions(call: Call): Result {
  const wanted = queryChoice(call, 'env', ['prod', 'dev']);
  const shown = REGIONS.filter(({ env }) => env === wanted);
  const regions: Json = shown.map(({ name, region, env, disabled }) => ({
    name,
    region,
    provider: 'aws',
    providerName: 'AWS',
    isDefault: region === DEFAULT_REGION,
    disabled,
    cname: cnameOf(region, env),
  }));
  return ok({ regions, default: wanted === 'prod' ? DEFAULT_REGION : 'us-west-2' });
}

export function listImages(call: Call): Result {
  const channel = queryChoice(call, 'channel', ['stable', 'enterprise']);
  const tags = channel === 'stable' ? STABLE_TAGS : ENTERPRISE_TAGS;
  const images: Json = tags.map((tag) => ({ name: `spiceai/spiceai:${tag}`, tag, channel }));
  return ok({ images, default: tags[0] ?? '' });
}

export function listClusters(): Result {
  const clusters: readonly Fields[] = [CLUSTER];
  return ok({ clusters });
}
