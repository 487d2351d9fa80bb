import { isJsonObject } from '../../core/json.ts';
import type { ChangeInput, Composition } from '../../core/kind.ts';
import type { Inventory, LiveObject } from '../../core/live.ts';
import { sameValue } from '../../core/resolve.ts';
import type { RiskFinding } from '../../core/risk.ts';
import type { Secret } from '../../core/secret.ts';
import type { ApiRequest } from '../../http/contract.ts';
import type { ProviderKind, ReadContext, StepInput } from '../contract.ts';
import { getOrUndefined, invalidAnswer, pathOf } from '../shared/api.ts';
import { textField } from '../shared/field-values.ts';
import { defined, nonEmptyOf } from '../shared/item.ts';
import { requiredAfter, requiredId } from '../shared/steps.ts';
import { appOf } from './app-secrets.ts';
import { defineShape } from './define-shape.ts';

const shape = defineShape('apiKeys');

/** By `key`: what the API calls it, and which values it changes. 0 has to be sent as well. */
const ROTATIONS: Readonly<
  Record<string, { readonly number: 0 | 1 | 2; readonly keys: readonly string[] }>
> = {
  primary: { number: 1, keys: ['primary'] },
  secondary: { number: 2, keys: ['secondary'] },
  both: { number: 0, keys: ['primary', 'secondary'] },
};
/** Members of the answer. */
const ANSWERED = ['api_key', 'api_key_2'];
const PRIMARY = { number: 1, keys: ['primary'] } as const;

/**
 * The API keys of an app: one object an app, there from the app's creation to its end. The only
 * write makes new ones, and the old ones stop working at once, so it is never sent again before a
 * read has shown the old ones still in place.
 */
export const apiKeys: ProviderKind = {
  ...shape,
  managed: true,
  key: { nameField: undefined, of: appOf, unique: true },
  replace: 'allow',
  deleteRisk: 'none',
  needs: [],
  contains: [],
  idFromKey: true,
  comesAlong: true,
  forgets: 'the keys stay as they are, as long as the app is there',
  scoped: true,
  scopeOf: appOf,
  compose: composeRotation,
  assess: assessRotation,
  asynchronous: false,
  provisions: false,
  deleteOn404: 'done',
  showsWrites: true,
  list: listKeys,
  read: readKeys,
  request: rotationRequest,
  result: () => ({}),
  stepDone: isRotated,
};

async function listKeys(context: ReadContext, scope = ''): Promise<Inventory> {
  const object = await readKeys(context, scope);
  return {
    type: shape.type,
    scope,
    complete: true,
    objects: object === undefined ? [] : [object],
  };
}

async function readKeys(context: ReadContext, app: string): Promise<LiveObject | undefined> {
  const path = keysPath(app);
  const response = await getOrUndefined(context.client, path);
  if (response === undefined) return undefined;
  const { body } = response;
  // `null` says that there is no key, and so does absence; an answer of neither says nothing.
  if (!isJsonObject(body) || ANSWERED.every((name) => body[name] === undefined)) {
    throw invalidAnswer('GET', path);
  }
  const secretOf = (name: string): Secret | undefined => {
    const text = nonEmptyOf(body, name);
    return text === undefined ? undefined : context.redactor.secret(text);
  };
  const keys = defined({ primary: secretOf('api_key'), secondary: secretOf('api_key_2') });
  return {
    type: shape.type,
    id: app,
    scope: app,
    fields: { app, ...keys },
    attributes: {},
    status: 'settled',
  };
}

function keysPath(app: string): string {
  return pathOf('v1', 'apps', app, 'api-keys');
}

function composeRotation({ operation, after, changed }: ChangeInput): Composition {
  if (operation !== 'update' || !changed.includes('/rotate')) return { steps: [operation] };
  return { steps: [operation], unsettles: rotationOf(after).keys };
}

function assessRotation({ operation, after, changed }: ChangeInput): readonly RiskFinding[] {
  if (operation !== 'update' || !changed.includes('/rotate')) return [];
  const { keys } = rotationOf(after);
  const which = keys.length === 1 ? `the ${keys.join()} key` : 'both keys';
  const old = keys.length === 1 ? 'the old one stops' : 'the old ones stop';
  return [{ risk: 'downtime', message: `makes ${which} anew; ${old} working at once` }];
}

function rotationOf(after: StepInput['after']): (typeof ROTATIONS)[string] {
  return ROTATIONS[textField(after, 'key') ?? 'primary'] ?? PRIMARY;
}

function rotationRequest(input: StepInput): ApiRequest | undefined {
  if (input.step !== 'update' || !input.changed.includes('/rotate')) return undefined;
  const { number } = rotationOf(requiredAfter(input));
  return { method: 'POST', path: keysPath(requiredId(input)), body: { key_number: number } };
}

/** Every key that was to be made anew is another one than before. */
function isRotated(input: StepInput, live: LiveObject): boolean {
  if (input.step !== 'update' || !input.changed.includes('/rotate')) return true;
  return rotationOf(input.after).keys.every((name) => {
    const now = live.fields[name];
    return now !== undefined && !sameValue(now, input.before?.fields[name]);
  });
}
