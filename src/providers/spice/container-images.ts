import type { JsonObject } from '../../core/json.ts';
import type { Inventory, LiveObject } from '../../core/live.ts';
import type { ProviderKind, ReadContext } from '../contract.ts';
import { inventoryOf, listObjects } from '../shared/api.ts';
import { textField } from '../shared/field-values.ts';
import { defined, nonEmptyOf } from '../shared/item.ts';
import { lookedUp } from '../shared/looked-up.ts';
import { defineShape } from './define-shape.ts';

const shape = defineShape('containerImages');
const PATH = '/v1/container-images';
/** Not the channels of `update_channel`. */
const CHANNELS = ['stable', 'enterprise'];

/** Published versions of the runtime, of both channels; one tag stands once. */
export const containerImages: ProviderKind = {
  ...lookedUp(shape),
  key: { nameField: 'tag', of: (fields) => textField(fields, 'tag'), unique: true },
  list: (context) => listImages(context),
  async read(context, id) {
    const { objects } = await listImages(context);
    return objects.find((object) => object.id === id);
  },
};

async function listImages(context: ReadContext): Promise<Inventory> {
  const lists = await Promise.all(
    CHANNELS.map((channel) =>
      listObjects(context, {
        type: shape.type,
        path: PATH,
        query: { channel },
        envelope: 'images',
        parse: toLive,
      }),
    ),
  );
  const byTag = new Map(lists.flatMap(({ objects }) => objects.map((one) => [one.id, one])));
  const problem = lists.find((list) => list.problem !== undefined)?.problem?.message;
  return inventoryOf({ type: shape.type, path: PATH }, [...byTag.values()], problem);
}

function toLive(item: JsonObject): LiveObject | undefined {
  const tag = nonEmptyOf(item, 'tag');
  if (tag === undefined) return undefined;
  const fields = defined({
    tag,
    name: nonEmptyOf(item, 'name'),
    channel: nonEmptyOf(item, 'channel'),
  });
  return { type: shape.type, id: tag, fields, attributes: {}, status: 'settled' };
}
