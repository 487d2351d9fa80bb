import type { JsonObject } from '../../core/json.ts';
import type { LiveObject, LiveView } from '../../core/live.ts';
import { memoise } from '../../core/memoise.ts';
import type { Value } from '../../core/value.ts';
import type { ProviderKind, ReadContext } from '../contract.ts';
import { listObjects } from '../shared/api.ts';
import { textField } from '../shared/field-values.ts';
import { booleanOf, defined, nonEmptyOf } from '../shared/item.ts';
import { lookedUp } from '../shared/looked-up.ts';
import { defineShape } from './define-shape.ts';

const shape = defineShape('regions');
const PATH = '/v1/regions';

/** Regions that apps can run in. Their older name (`cname`) is missing in newer answers. */
export const regions: ProviderKind = {
  ...lookedUp(shape),
  key: {
    nameField: 'region',
    of: (fields) => textField(fields, 'region')?.trim().toLowerCase(),
    unique: true,
  },
  list: (context) => listRegions(context),
  async read(context, id) {
    const { objects } = await listRegions(context);
    return objects.find((object) => object.id === id);
  },
};

function listRegions(context: ReadContext): ReturnType<ProviderKind['list']> {
  return listObjects(context, { type: shape.type, path: PATH, envelope: 'regions', parse: toLive });
}

function toLive(item: JsonObject): LiveObject | undefined {
  const region = nonEmptyOf(item, 'region');
  if (region === undefined) return undefined;
  return {
    type: shape.type,
    id: region,
    fields: defined<Value>({
      region,
      name: nonEmptyOf(item, 'name'),
      cname: nonEmptyOf(item, 'cname'),
      provider: nonEmptyOf(item, 'provider'),
      disabled: booleanOf(item, 'disabled'),
      isDefault: booleanOf(item, 'isDefault'),
    }),
    attributes: {},
    status: 'settled',
  };
}

/** The region that a `cname` stands for: its own older name or, as the API takes it, its ID. */
export function regionOfCname(cname: string, live: LiveView): string | undefined {
  return byCname(live).get(cname.trim().toLowerCase());
}

/** A region's ID as the API spells it, whatever the case it was written in. */
export function regionSpelling(region: string, live: LiveView): string {
  return byId(live).get(region.trim().toLowerCase()) ?? region;
}

const byId = memoise(
  (live: LiveView): ReadonlyMap<string, string> =>
    new Map(live.objects(shape.type).map(({ id }) => [id.toLowerCase(), id])),
);

const byCname = memoise((live: LiveView): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const { id, fields } of live.objects(shape.type)) {
    const cname = textField(fields, 'cname')?.toLowerCase();
    // The cname that two regions share stands for neither.
    if (cname !== undefined) found.set(cname, found.has(cname) ? '' : id);
  }
  for (const { id } of live.objects(shape.type)) found.set(id.toLowerCase(), id);
  return new Map([...found].filter(([, id]) => id !== ''));
});

/** IDs of the regions in which apps can be created; undefined where they are not known. */
export function usableRegions(live: LiveView): readonly string[] | undefined {
  if (live.inventory(shape.type)?.complete !== true) return undefined;
  return live
    .objects(shape.type)
    .filter(({ fields }) => fields['disabled'] !== true)
    .map(({ id }) => id);
}
