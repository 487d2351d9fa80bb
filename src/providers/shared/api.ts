import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Inventory, LiveObject } from '../../core/live.ts';
import { ApiError } from '../../http/api-error.ts';
import { cleanBodyText } from '../../http/body-text.ts';
import type { ApiResponse, Method, ReadClient } from '../../http/contract.ts';
import type { ReadContext } from '../contract.ts';
import { idOf, isJsonArray, nonEmptyOf } from './item.ts';

/** What reading one object of an answer gives; undefined for one that cannot be understood. */
type ParseItem = (item: JsonObject) => LiveObject | undefined;

interface ListQuestion {
  readonly type: string;
  readonly scope?: string | undefined;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Member that holds the array where the answer is an object; the first of several that is there. */
  readonly envelope?: string | readonly string[];
  readonly parse: ParseItem;
}

/**
 * Reads one list. An answer that is no list or tells an error, or an item that cannot be understood,
 * makes the inventory incomplete: nothing is dropped in silence. Throws ApiError when the call fails.
 */
export async function listObjects(
  context: ReadContext,
  question: ListQuestion,
): Promise<Inventory> {
  const { path, query, envelope } = question;
  const response = await context.client.get(path, query === undefined ? {} : { query });
  const told = errorIn(response.body);
  if (told !== undefined) {
    const text = cleanBodyText(told, (found) => context.redactor.scrub(found));
    return inventoryOf(question, [], `answered with an error: ${text}`);
  }
  const items = itemsOf(response.body, envelope);
  if (items === undefined) return inventoryOf(question, [], 'the answer is no list');
  return parseItems(question, items);
}

/** The error of an answer that is called a success: what else stands there says nothing. */
export function errorIn(body: unknown): string | undefined {
  return isJsonObject(body) ? nonEmptyOf(body, 'error') : undefined;
}

/** An inventory of items that are at hand; incomplete when one cannot be understood. */
export function parseItems(
  question: Omit<ListQuestion, 'query' | 'envelope'>,
  items: readonly unknown[],
): Inventory {
  const objects: LiveObject[] = [];
  let malformed = 0;
  for (const item of items) {
    const object = isJsonObject(item) ? question.parse(item) : undefined;
    if (object === undefined) malformed += 1;
    else objects.push(object);
  }
  const problem =
    malformed === 0 ? undefined : `${malformed} of ${items.length} items cannot be understood`;
  return inventoryOf(question, objects, problem);
}

function itemsOf(
  body: unknown,
  envelope: ListQuestion['envelope'] = [],
): readonly unknown[] | undefined {
  if (isJsonArray(body)) return body;
  if (!isJsonObject(body)) return undefined;
  const names = typeof envelope === 'string' ? [envelope] : envelope;
  return names.map((name) => body[name]).find((inner) => isJsonArray(inner));
}

export function inventoryOf(
  question: { readonly type: string; readonly scope?: string | undefined; readonly path: string },
  objects: readonly LiveObject[],
  problem: string | undefined,
): Inventory {
  const { type, scope, path } = question;
  return {
    type,
    ...(scope === undefined ? {} : { scope }),
    complete: problem === undefined,
    ...(problem === undefined
      ? {}
      : {
          problem: {
            code: 'api-response-invalid',
            severity: 'error',
            message: `GET ${path}: ${problem}`,
          },
        }),
    objects,
  };
}

/** Reads one object; undefined when the API answers 404. */
export async function readObject(
  context: ReadContext,
  path: string,
  parse: ParseItem,
): Promise<LiveObject | undefined> {
  const response = await getOrUndefined(context.client, path);
  if (response === undefined) return undefined;
  const object = isJsonObject(response.body) ? parse(response.body) : undefined;
  if (object === undefined) throw invalidAnswer('GET', path);
  return object;
}

/** The answer of a GET, or undefined for 404. */
export async function getOrUndefined(
  client: ReadClient,
  path: string,
  query?: Readonly<Record<string, string>>,
): Promise<ApiResponse | undefined> {
  try {
    const response = await client.get(path, query === undefined ? {} : { query });
    return response.status === 404 ? undefined : response;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** An answer that was executed and cannot be used. */
export function invalidAnswer(method: Method, path: string): ApiError {
  return new ApiError(
    'api-response-invalid',
    `${method} ${path}: the answer cannot be understood`,
    {
      kind: 'invalid',
      method,
      path,
    },
  );
}

/** The ID of a created object, from the answer of its POST. */
export function createdId(response: ApiResponse, key: string, path: string): string {
  const id = isJsonObject(response.body) ? idOf(response.body, key) : undefined;
  if (id === undefined) throw invalidAnswer('POST', path);
  return id;
}

/** A path of percent-encoded segments: role names may hold spaces and slashes. */
export function pathOf(...segments: readonly string[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}
