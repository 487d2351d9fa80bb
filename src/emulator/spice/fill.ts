import {
  isFields,
  optionalBoolean,
  optionalNumber,
  optionalObject,
  optionalString,
} from '../body.ts';
import type { Fields } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { fold } from '../time-line.ts';
import { numberOf } from './world.ts';
import type { Result, World } from './world.ts';

/** Many apps at once. Texts may hold `{app}` (00001…) and `{n}` (from 1 within the app). */
export interface SpiceFillSpec {
  readonly apps: number;
  readonly secretsPerApp?: number;
  readonly appName?: string;
  readonly secretName?: string;
  readonly secretValue?: string;
  /** Create body. */
  readonly appFields?: Fields;
  /** Body of a PUT that follows, if any. */
  readonly configFields?: Fields;
  /** Whether each is deployed. */
  readonly deploy?: boolean;
}

/** Sends one request straight to a handler. */
export type Perform = (method: string, path: string, body: Fields) => Result;

const APPS_MAX = 100_000;
const DEFAULTS: Required<SpiceFillSpec> = {
  apps: 0,
  secretsPerApp: 2,
  appName: 'app-{app}',
  secretName: 'SECRET_{n}',
  secretValue: 'value-{app}-{n}',
  appFields: { region: 'us-east-1' },
  configFields: {},
  deploy: false,
};

/** A spec out of JSON; a Refusal for anything unusable. */
export function parseFillSpec(input: unknown): SpiceFillSpec {
  if (!isFields(input)) throw new Refusal(400, 'fill: must be an object');
  const unknown = Object.keys(input).find((name) => !Object.hasOwn(DEFAULTS, name));
  if (unknown !== undefined) throw new Refusal(400, `fill: unknown ${unknown}`);
  return {
    apps: optionalNumber(input, 'apps') ?? 0,
    secretsPerApp: optionalNumber(input, 'secretsPerApp') ?? DEFAULTS.secretsPerApp,
    appName: optionalString(input, 'appName') ?? DEFAULTS.appName,
    secretName: optionalString(input, 'secretName') ?? DEFAULTS.secretName,
    secretValue: optionalString(input, 'secretValue') ?? DEFAULTS.secretValue,
    appFields: optionalObject(input, 'appFields') ?? DEFAULTS.appFields,
    configFields: optionalObject(input, 'configFields') ?? DEFAULTS.configFields,
    deploy: optionalBoolean(input, 'deploy') ?? DEFAULTS.deploy,
  };
}

function fillApp(spec: Required<SpiceFillSpec>, app: number, perform: Perform): number {
  const number = String(app).padStart(5, '0');
  const named = (text: string): string => text.replaceAll('{app}', number);
  const made = perform('POST', '/v1/apps', { ...spec.appFields, name: named(spec.appName) }).body;
  const path = `/v1/apps/${String(numberOf(isFields(made) ? made : {}, 'id'))}`;
  if (Object.keys(spec.configFields).length > 0) perform('PUT', path, spec.configFields);
  for (let n = 1; n <= spec.secretsPerApp; n += 1) {
    const [name, value] = [spec.secretName, spec.secretValue].map((text) =>
      named(text).replaceAll('{n}', String(n)),
    );
    perform('POST', `${path}/secrets`, { name, value });
  }
  if (spec.deploy) perform('POST', `${path}/deployments`, {});
  return 1 + spec.secretsPerApp + (spec.deploy ? 1 : 0);
}

/** Makes the objects through the API's own handlers. Returns how many there are. */
export function fill(given: SpiceFillSpec, perform: Perform): number {
  const spec = { ...DEFAULTS, ...given };
  if (!Number.isInteger(spec.apps) || spec.apps < 0 || spec.apps > APPS_MAX) {
    throw new Refusal(400, `fill: apps must be 0 to ${String(APPS_MAX)}`);
  }
  let made = 0;
  for (let app = 1; app <= spec.apps; app += 1) made += fillApp(spec, app, perform);
  return made;
}

/** Everything that is under way has happened, for lists too. */
export function settleAll(world: World): void {
  for (const type of ['app', 'deployment']) {
    for (const line of world.store.of(type).all()) {
      if (line.createdMs === 0 && line.steps.length === 0) continue;
      line.createdMs = 0;
      fold(line, Number.POSITIVE_INFINITY);
      world.store.save(line);
    }
  }
}
