import { toAddress } from '../../../src/core/address.ts';
import type { ChangeInput, CheckInput } from '../../../src/core/kind.ts';
import type { Inventory, LiveObject, LiveView, ResolvedResource } from '../../../src/core/live.ts';
import { createRedactor } from '../../../src/core/redactor.ts';
import type { Value, ValueObject } from '../../../src/core/value.ts';
import { ApiError } from '../../../src/http/api-error.ts';
import type { ApiResponse, ReadClient } from '../../../src/http/contract.ts';
import type { ProviderKind, ReadContext, StepInput } from '../../../src/providers/contract.ts';

export const ORGANIZATION = { id: '00000000-0000-4000-8000-00000000000a', name: 'Acme Analytics' };
export const redactor = createRedactor();

export function answer(body: unknown, status = 200): ApiResponse {
  return { status, body, serverTimeMs: 0 };
}

/** A client that answers from a table of `path?query`; anything else is 404. */
export function clientOf(answers: Readonly<Record<string, unknown>>): ReadClient & {
  readonly asked: string[];
} {
  const asked: string[] = [];
  return {
    asked,
    async get(path, options = {}) {
      const query = new URLSearchParams(options.query).toString();
      const target = query === '' ? path : `${path}?${query}`;
      asked.push(target);
      await Promise.resolve();
      if (target in answers) return answer(answers[target]);
      throw new ApiError('api-error', 'not found', {
        kind: 'refused',
        status: 404,
        method: 'GET',
        path,
      });
    },
    lastServerTimeMs: () => 0,
    requestCount: () => asked.length,
  };
}

export function viewOf(...inventories: readonly Inventory[]): LiveView {
  const of = (type: string): readonly LiveObject[] =>
    inventories.filter((inventory) => inventory.type === type).flatMap(({ objects }) => objects);
  return {
    inventories: () => inventories,
    inventory: (type, scope) =>
      inventories.find((inventory) => inventory.type === type && inventory.scope === scope),
    objects: (type) => of(type).filter(({ status }) => status !== 'gone'),
    byId: (type, id) => of(type).find((object) => object.id === id),
  };
}

export const NOTHING = viewOf();

export function inventory(type: string, objects: readonly LiveObject[], scope?: string): Inventory {
  return { type, complete: true, objects, ...(scope === undefined ? {} : { scope }) };
}

export function liveOf(type: string, id: string, fields: ValueObject): LiveObject {
  return { type, id, fields, attributes: {}, status: 'settled' };
}

export const USERS = inventory('singlestore.users', [
  liveOf('singlestore.users', 'u-ann', { email: 'ann@acme.example' }),
  liveOf('singlestore.users', 'u-bob', { email: 'bob@acme.example' }),
]);

export const CALLER = inventory('singlestore.currentUser', [
  {
    ...liveOf('singlestore.currentUser', 'u-ann', { email: 'ann@acme.example' }),
    attributes: { organizationID: ORGANIZATION.id },
  },
]);

export function contextOf(
  answers: Readonly<Record<string, unknown>>,
  live: LiveView = NOTHING,
): ReadContext {
  return { client: clientOf(answers), redactor, organization: ORGANIZATION, live };
}

/** Reads one list of canned JSON. */
export function listOf(
  kind: ProviderKind,
  answers: Readonly<Record<string, unknown>>,
  scope?: string,
  live: LiveView = NOTHING,
): Promise<Inventory> {
  return kind.list(contextOf(answers, live), scope);
}

export function step(name: string, input: Partial<StepInput> = {}): StepInput {
  return {
    step: name,
    id: undefined,
    scope: undefined,
    before: undefined,
    after: undefined,
    changed: Object.keys(input.after ?? {}).map((field) => `/${field}`),
    recorded: undefined,
    force: false,
    live: NOTHING,
    nowMs: 0,
    ...input,
  };
}

export function change(input: Partial<ChangeInput>): ChangeInput {
  return {
    operation: 'update',
    before: undefined,
    after: undefined,
    changed: [],
    live: NOTHING,
    guards: {},
    ...input,
  };
}

export function resource(
  type: string,
  key: string,
  fields: ValueObject,
  id?: string,
): ResolvedResource {
  return { address: toAddress(type, key), type, id, fields };
}

export function check(
  own: ResolvedResource,
  live: LiveView,
  stack: readonly ResolvedResource[] = [own],
): CheckInput {
  return { resource: own, stack, deletedIds: new Set(), live };
}

export function codesOf(problems: readonly { readonly code: string }[] | undefined): string[] {
  return (problems ?? []).map(({ code }) => code);
}

export function body(kind: ProviderKind, input: StepInput): Value | undefined {
  return kind.request(input)?.body;
}
