import { TrueupError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { ReadClient } from '../../http/contract.ts';
import type { Organization } from '../contract.ts';
import { getOrUndefined, invalidAnswer } from '../shared/api.ts';
import { idOf, isJsonArray, nonEmptyOf, textOf } from '../shared/item.ts';

const PATH = '/v1/orgs';

/**
 * The organization that requests speak for. The shape of this answer is not documented, so it is
 * read leniently: a list, bare or in an object; the one that the settings name, else the one that
 * is marked as current, else the only one. An API that is too old to tell is taken at the word of
 * the settings. Throws `guard-organization` where several are possible.
 */
export async function readOrganization(
  client: ReadClient,
  settings: JsonObject = {},
): Promise<Organization> {
  const wanted = textOf(settings, 'organization');
  const response = await getOrUndefined(client, PATH);
  if (response === undefined) return { id: wanted ?? 'unknown', name: wanted ?? 'unknown' };
  const found = organizationsOf(response.body);
  if (found === undefined) throw invalidAnswer('GET', PATH);
  const named = found.filter((one) => wanted !== undefined && isNamed(one, wanted));
  const current = found.filter(({ isCurrent }) => isCurrent);
  const [only, second] = [named, current, found].find((list) => list.length > 0) ?? [];
  if (only === undefined) throw invalidAnswer('GET', PATH);
  if (second === undefined) return { id: only.id, name: only.name };
  throw new TrueupError(
    'guard-organization',
    `the credential may speak for any of ${found.map(({ name }) => name).join(', ')}`,
    { hint: 'name one as `providers: { spice: { organization: … } }` in trueup.yaml' },
  );
}

interface Told extends Organization {
  readonly isCurrent: boolean;
}

function isNamed({ id, name }: Organization, wanted: string): boolean {
  return id === wanted || name.toLowerCase() === wanted.toLowerCase();
}

/** Of the first list that holds any: an answer may have other lists. */
function organizationsOf(body: unknown): readonly Told[] | undefined {
  const lists = isJsonObject(body) ? Object.values(body) : [body];
  const told = lists.filter((value) => isJsonArray(value)).map(toldIn);
  return told.find((found) => found.length > 0) ?? told[0];
}

function toldIn(items: readonly unknown[]): readonly Told[] {
  const found = items.map((item) => (isJsonObject(item) ? organizationOf(item) : undefined));
  return found.flatMap((one) => one ?? []);
}

function organizationOf(item: JsonObject): Told | undefined {
  const name = nonEmptyOf(item, 'name') ?? nonEmptyOf(item, 'slug');
  const id = idOf(item, 'id') ?? idOf(item, 'org_id') ?? name;
  if (id === undefined) return undefined;
  return { id, name: name ?? id, isCurrent: item['current'] === true };
}
