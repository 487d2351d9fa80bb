import type { JsonObject } from '../../core/json.ts';
import type { Inventory, LiveObject, LiveView } from '../../core/live.ts';
import { memoise } from '../../core/memoise.ts';
import type { ProviderKind, ReadContext } from '../contract.ts';
import { inventoryOf, listObjects } from '../shared/api.ts';
import { defineShape } from './define-shape.ts';
import { textField } from '../shared/field-values.ts';
import { defined, nonEmptyOf } from '../shared/item.ts';
import { lookedUp } from '../shared/looked-up.ts';

const shape = defineShape('regions');
const V1 = '/v1/regions';
const V2 = '/v2/regions';

/**
 * Regions of the cloud providers. v1 tells the ID, v2 the code name; both tell the provider and
 * the display name, which joins them. A region that only v2 knows has `<provider>/<code>` as ID.
 */
export const regions: ProviderKind = {
  ...lookedUp(shape),
  key: {
    nameField: 'regionName',
    of(fields) {
      const provider = textField(fields, 'provider');
      const name = textField(fields, 'regionName');
      if (provider === undefined || name === undefined) return undefined;
      return `${provider}/${name}`.toLowerCase();
    },
    unique: true,
  },
  async list(context) {
    const [ids, codes] = await Promise.all([listV1(context), listV2(context)]);
    const problem = ids.problem ?? codes.problem;
    const joined = joinRegions(ids.objects, codes.objects);
    return inventoryOf({ type: shape.type, path: V1 }, joined, problem?.message);
  },
  async read(context, id) {
    const { objects } = await regions.list(context, undefined);
    return objects.find((object) => object.id === id);
  },
};

function listV1(context: ReadContext): Promise<Inventory> {
  return listObjects(context, {
    type: shape.type,
    path: V1,
    parse: (item) => {
      const id = nonEmptyOf(item, 'regionID');
      return id === undefined ? undefined : toLive(id, item);
    },
  });
}

function listV2(context: ReadContext): Promise<Inventory> {
  return listObjects(context, {
    type: shape.type,
    path: V2,
    parse: (item) => {
      const code = nonEmptyOf(item, 'regionName');
      const provider = nonEmptyOf(item, 'provider');
      if (code === undefined || provider === undefined) return undefined;
      return toLive(`${provider}/${code}`, item);
    },
  });
}

function toLive(id: string, item: JsonObject): LiveObject | undefined {
  const provider = nonEmptyOf(item, 'provider');
  const region = nonEmptyOf(item, 'region');
  if (provider === undefined || region === undefined) return undefined;
  const fields = defined({ provider, region, regionName: nonEmptyOf(item, 'regionName') });
  return { type: shape.type, id, fields, attributes: {}, status: 'settled' };
}

function joinRegions(
  ids: readonly LiveObject[],
  codes: readonly LiveObject[],
): readonly LiveObject[] {
  const byDisplay = new Map(ids.map((object) => [displayKey(object), object]));
  const joined = codes.map((code) => {
    const known = byDisplay.get(displayKey(code));
    byDisplay.delete(displayKey(code));
    return known === undefined ? code : { ...code, id: known.id };
  });
  return [...joined, ...byDisplay.values()];
}

function displayKey(object: LiveObject): string {
  const provider = textField(object.fields, 'provider') ?? '';
  return `${provider}/${textField(object.fields, 'region') ?? ''}`.toLowerCase();
}

/** The provider's name in the API's spelling (`Azure`), whatever the case it was written in. */
export function providerSpelling(provider: string, live: LiveView): string {
  return spellings(live).get(provider.toLowerCase()) ?? provider;
}

/** The region's code name in the API's spelling, whatever the case it was written in. */
export function regionSpelling(regionName: string, live: LiveView): string {
  return codeSpellings(live).get(regionName.trim().toLowerCase()) ?? regionName;
}

const codeSpellings = memoise((live: LiveView): ReadonlyMap<string, string> => {
  const names = live.objects(shape.type).flatMap(({ fields }) => {
    return textField(fields, 'regionName') ?? [];
  });
  return new Map(names.map((name) => [name.toLowerCase(), name]));
});

/** Lower case → the first spelling met; asked for with every group, the regions are read once. */
const spellings = memoise((live: LiveView): ReadonlyMap<string, string> => {
  const known = new Map<string, string>();
  for (const name of ['AWS', 'Azure', 'GCP', ...live.objects(shape.type).flatMap(providerOf)]) {
    if (!known.has(name.toLowerCase())) known.set(name.toLowerCase(), name);
  }
  return known;
});

function providerOf(object: LiveObject): readonly string[] {
  const provider = textField(object.fields, 'provider');
  return provider === undefined ? [] : [provider];
}
