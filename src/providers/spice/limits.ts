import type { JsonObject } from '../../core/json.ts';
import type { Inventory, LiveObject } from '../../core/live.ts';
import type { Value } from '../../core/value.ts';
import type { ProviderKind, ReadContext } from '../contract.ts';
import { parseItems } from '../shared/api.ts';
import { textField } from '../shared/field-values.ts';
import { defined, numberOf, objectOf } from '../shared/item.ts';
import { lookedUp } from '../shared/looked-up.ts';
import { defineShape } from './define-shape.ts';

const shape = defineShape('limits');
const PATH = '/v1/limits';
const NAME = 'organization';
const NUMBERS = [
  'apps',
  'replicas',
  'spicepods',
  'users',
  'api_rps',
  'request_timeout_secs',
  'sql_query_timeout_secs',
  'sql_concurrent_queries',
];

/** What the plan of the organization allows: an inventory of one. */
export const limits: ProviderKind = {
  ...lookedUp(shape),
  key: { nameField: 'name', of: (fields) => textField(fields, 'name'), unique: true },
  list: (context) => readLimits(context),
  async read(context, id) {
    const { objects } = await readLimits(context);
    return objects.find((object) => object.id === id);
  },
};

async function readLimits(context: ReadContext): Promise<Inventory> {
  const { body } = await context.client.get(PATH);
  return parseItems({ type: shape.type, path: PATH, parse: toLive }, [body]);
}

function toLive(item: JsonObject): LiveObject {
  const resources = objectOf(item, 'resources') ?? {};
  const numbers = NUMBERS.map((name) => [name, numberOf(item, name)] as const);
  const fields = defined<Value>({
    name: NAME,
    ...Object.fromEntries(numbers),
    max_cpu: numberOf(resources, 'max_cpu'),
    max_memory_gi: numberOf(resources, 'max_memory_gi'),
  });
  return { type: shape.type, id: NAME, fields, attributes: {}, status: 'settled' };
}
