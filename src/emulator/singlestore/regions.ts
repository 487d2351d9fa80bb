import { optionalChoice, optionalString, checkUuid } from '../body.ts';
import type { Fields } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { picked, textOf } from './world.ts';
import type { Call, Routes, World } from './world.ts';

export const PROVIDERS: readonly string[] = ['AWS', 'Azure', 'GCP'];

/** Provider, code name, display name. */
export const REGIONS: readonly (readonly [string, string, string])[] = [
  ['AWS', 'us-east-1', 'US East 1 (N. Virginia)'],
  ['AWS', 'us-east-2', 'US East 2 (Ohio)'],
  ['AWS', 'us-west-1', 'US West 1 (N. California)'],
  ['AWS', 'us-west-2', 'US West 2 (Oregon)'],
  ['AWS', 'ca-central-1', 'Canada Central 1 (Montreal)'],
  ['AWS', 'sa-east-1', 'South America East 1 (Sao Paulo)'],
  ['AWS', 'eu-west-1', 'Europe West 1 (Ireland)'],
  ['AWS', 'eu-west-2', 'Europe West 2 (London)'],
  ['AWS', 'eu-west-3', 'Europe West 3 (Paris)'],
  ['AWS', 'eu-central-1', 'Europe Central 1 (Frankfurt)'],
  ['AWS', 'eu-north-1', 'Europe North 1 (Stockholm)'],
  ['AWS', 'ap-south-1', 'Asia Pacific South 1 (Mumbai)'],
  ['AWS', 'ap-southeast-1', 'Asia Pacific Southeast 1 (Singapore)'],
  ['AWS', 'ap-southeast-2', 'Asia Pacific Southeast 2 (Sydney)'],
  ['AWS', 'ap-southeast-3', 'Asia Pacific Southeast 3 (Jakarta)'],
  ['AWS', 'ap-northeast-1', 'Asia Pacific Northeast 1 (Tokyo)'],
  ['AWS', 'ap-northeast-2', 'Asia Pacific Northeast 2 (Seoul)'],
  ['AWS', 'me-south-1', 'Middle East South 1 (Bahrain)'],
  ['Azure', 'eastus', 'East US (Virginia)'],
  ['Azure', 'eastus2', 'East US 2 (Virginia)'],
  ['Azure', 'westus2', 'West US 2 (Washington)'],
  ['Azure', 'westus3', 'West US 3 (Arizona)'],
  ['Azure', 'westeurope', 'West Europe (Netherlands)'],
  ['Azure', 'northeurope', 'North Europe (Ireland)'],
  ['Azure', 'uksouth', 'UK South (London)'],
  ['Azure', 'australiaeast', 'Australia East (New South Wales)'],
  ['Azure', 'southeastasia', 'Southeast Asia (Singapore)'],
  ['GCP', 'us-east1', 'US East 1 (South Carolina)'],
  ['GCP', 'us-east4', 'US East 4 (N. Virginia)'],
  ['GCP', 'us-central1', 'US Central 1 (Iowa)'],
  ['GCP', 'us-west1', 'US West 1 (Oregon)'],
  ['GCP', 'europe-west1', 'Europe West 1 (Belgium)'],
  ['GCP', 'europe-west2', 'Europe West 2 (London)'],
  ['GCP', 'asia-south1', 'Asia South 1 (Mumbai)'],
  ['GCP', 'asia-southeast1', 'Asia Southeast 1 (Singapore)'],
  ['GCP', 'australia-southeast1', 'Australia Southeast 1 (Sydney)'],
];

function allRegions(world: World): Fields[] {
  return [...world.store.of('region').all()].map((line) => line.base);
}

/** The region a create body asks for: by ID, or by provider and code name, or consistently both. */
export function regionOf(call: Call, body: Fields): Fields {
  const id = optionalString(body, 'regionID');
  const provider = optionalChoice(body, 'provider', PROVIDERS);
  const code = optionalString(body, 'regionName');
  if (id === undefined && (provider === undefined || code === undefined)) {
    throw new Refusal(400, 'regionID, or provider and regionName, is required');
  }
  const wanted = id === undefined ? undefined : checkUuid(id);
  const found = allRegions(call.world).find(
    (region) =>
      (wanted === undefined || region['regionID'] === wanted) &&
      (provider === undefined || region['provider'] === provider) &&
      (code === undefined || region['regionName'] === code),
  );
  if (found === undefined) throw new Refusal(400, 'region not found');
  return found;
}

function list(kept: readonly string[], codes?: readonly string[]) {
  return (call: Call): Fields[] =>
    allRegions(call.world)
      .filter((region) => codes === undefined || codes.includes(textOf(region, 'regionName')))
      .map((region) => picked(call, Object.fromEntries(kept.map((name) => [name, region[name]]))));
}

export function addRegionRoutes(routes: Routes): void {
  const second = ['provider', 'region', 'regionName'];
  routes.add('GET', '/v1/regions', list(['provider', 'region', 'regionID']));
  routes.add('GET', '/v2/regions', list(second));
  routes.add('GET', '/v1/regions/sharedtier', list(second, ['us-east-1']));
  routes.add('GET', '/v2/regions/sharedtier', list(second, ['us-east-1']));
}
