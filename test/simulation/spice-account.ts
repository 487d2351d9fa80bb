import { inProcessTransport } from '../../src/emulator/in-process.ts';
import { isJsonObject } from '../../src/core/json.ts';
import { createSpiceEmulator, type SpiceEmulator } from '../../src/emulator/spice/index.ts';
import type { Entry } from '../_helpers/random-entries.ts';
import { appNameOf } from '../_helpers/random-spice.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import type { VirtualClock } from '../_helpers/virtual-clock.ts';
import {
  keyOf,
  type Account,
  type Executed,
  type Judgement,
  type ManifestEntries,
  type Sender,
  type StoredSecret,
} from './account.ts';
import { textOf, type Violation } from './checks.ts';
import type { Counts } from './counts.ts';
import { chance, oneOf, type WorldDraw } from './draw.ts';
import { drawSpice } from './spice-draw.ts';
import { createDeploymentWatch } from './spice-deployments.ts';
import { createOwners, toMade } from './spice-owners.ts';
import { createSpiceOthers } from './spice-others.ts';
import { createRotationWatch } from './spice-rotations.ts';

export type SpiceSnapshot = ReturnType<SpiceEmulator['control']['snapshot']>;

const HOST = 'spice.example';
const LOGIN_HOST = 'login.example';
const TOKEN = 'pat-of~the.simulation+spice=';
const CLIENT_SECRET = 'client-"secret/of the simulation';
const STREAM = 3_000_017;

export interface SpiceOptions {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly world: WorldDraw;
  readonly counts: Counts;
  readonly tell: ((text: string) => void) | undefined;
}

/** The Spice.ai account of a life; all of it is drawn from streams of its own. */
export function createSpiceAccount({ seed, clock, world, counts, tell }: SpiceOptions): Account {
  const draw = drawSpice(createSeededRandom(seed + STREAM), world);
  tell?.(`${JSON.stringify(draw)}\n`);
  const { timing, switches } = draw;
  const emulator = createSpiceEmulator({ clock, seed, timing, switches });
  const { control } = emulator;
  const random = createSeededRandom(seed + STREAM + 1);
  /** Beginnings of runs that said that all was done. */
  const done = new Set<number>();
  const rotations = createRotationWatch(done);
  const now = (): number => clock.now();
  const deployments = createDeploymentWatch({ emulator, preset: world.preset, done });
  const owners = createOwners({
    snapshot: () => control.snapshot(),
    now,
    blindMs: world.profile === 'real' ? 1_000_000 : 1_000,
  });
  const others = createSpiceOthers({
    emulator,
    random: createSeededRandom(seed + STREAM + 2),
    counts,
    onRotate: (app) => {
      rotations.byOthers(app);
    },
    onSecret: (app) => {
      deployments.secretWritten(app);
    },
    onDelete: (app) => {
      deployments.forget(app);
    },
  });
  let entries: ManifestEntries = {};
  let isCalm = false;

  const fails = (app: string): void => {
    // The API is asked to let it fail only when it is going to be made.
    if (isCalm || !chance(random, 0.08)) return;
    counts.add('deployment fails');
    const errorCode = oneOf(random, ['unable_to_start', 'out_of_memory']);
    control.failDeployments({ app, errorCode, times: 1 });
  };
  const nothing: Judgement = { before: [], after: () => [] };

  const judge = (request: Executed, sender: Sender): Judgement => {
    const { method, path, body, host } = request;
    if (host !== HOST || method === 'GET') return nothing;
    owners.sync();
    const [, , , app = '', collection] = path.split('/').map((part) => decodeURIComponent(part));
    if (method === 'DELETE') {
      // History to an app that comes back.
      if (collection === undefined && path.startsWith('/v1/apps/')) deployments.forget(app);
      return { before: owners.judgeDelete(path, sender), after: () => [] };
    }
    if (method !== 'POST') return nothing;
    const sent = parsed(body);
    switch (collection ?? '') {
      case 'secrets':
        return {
          before: owners.judgeSecret(`${app}/${textOf(sent['name'])}`, sender),
          after: (status) => {
            if (status === 200) deployments.secretWritten(app);
            return [];
          },
        };
      case 'api-keys': {
        const marker = markerOf(app, sender.entries, control.snapshot());
        const asked = { app, marker, number: sent['key_number'], run: sender.startMs };
        return {
          before: [],
          after: (status) => (status === 200 ? rotations.made(asked) : []),
        };
      }
      case 'deployments':
        fails(app);
        return {
          before: [],
          after: (status, answer) => {
            const isMade = status === 202;
            // A failure that did not happen must not happen later.
            if (!isMade) control.failDeployments({ app, times: 0 });
            if (!isMade) return [];
            const id = textIn(parsed(answer), 'id');
            const managed = managedOf(app, sender.entries, control.snapshot());
            return deployments.made({ app, id, body: body ?? '', managed, run: sender.startMs });
          },
        };
      default:
        return nothing;
    }
  };

  return {
    provider: 'spice',
    env: {
      ...(draw.exchanges
        ? { SPICEAI_CLIENT_ID: 'client-of-the-simulation', SPICEAI_CLIENT_SECRET: CLIENT_SECRET }
        : { SPICEAI_TOKEN: TOKEN }),
      SPICEAI_API_ENDPOINT: `https://${HOST}`,
      SPICEAI_OAUTH_ENDPOINT: `https://${LOGIN_HOST}/api/oauth/token`,
    },
    secrets: draw.exchanges ? [CLIENT_SECRET] : [TOKEN],
    servers: new Map([HOST, LOGIN_HOST].map((host) => [host, inProcessTransport(emulator)])),
    apiHost: HOST,
    collections: ['/v1/apps', '/v1/members', '/v1/regions', '/v1/apps/1001/secrets'],
    provisions: () => false,
    ownFault(host) {
      if (host !== LOGIN_HOST || isCalm || !chance(random, 0.2)) return undefined;
      return chance(random, 0.3)
        ? { name: 'token refused', fault: 'forbidden' }
        : { name: 'no token for now', fault: '5xx before' };
    },
    begin(next) {
      entries = next;
      rotations.begin(next);
    },
    ended(startMs, isDone) {
      if (isDone) done.add(startMs);
    },
    act() {
      owners.sync();
      const acted = others.act(entries);
      owners.sync('others');
      return acted;
    },
    actInside() {
      owners.sync();
      const path = others.actInside();
      owners.sync('others');
      return path;
    },
    calm() {
      isCalm = true;
    },
    judge,
    made() {
      owners.sync();
      return owners.made();
    },
    isRenamed: () => false,
    mayRefuse: (stderr) =>
      switches.appsMax !== undefined && stderr.includes('reached the maximum app limit'),
    objects: () => control.snapshot().map((object) => ({ ...object, key: keyOf(toMade(object)) })),
    stored: (known) =>
      control
        .snapshot()
        .filter(({ type, id }) => type === 'secret' && known.has(`spice.appSecrets ${id}`))
        .map(({ id, hidden }) => ({
          what: `spice.appSecrets ${id}`,
          text: textOf(hidden['value']),
        })),
    converged: (known, stored) => [
      ...deadKeys(control.snapshot(), stored),
      ...deployments.converged(known, (app) => {
        const [, entry = {}] = entryOf(app, entries, control.snapshot()) ?? [];
        return entry;
      }),
      ...stored
        .filter(({ what, text }) => what.startsWith('spice.') && text.startsWith('changed-'))
        .map(({ what, text }) => `${what} still has the value of somebody else: ${text}`),
    ],
  };
}

const KEY = /spice_[0-9a-f]{32}/g;

/** Secrets that hold an API key which is none any more. */
function deadKeys(snapshot: SpiceSnapshot, stored: readonly StoredSecret[]): readonly Violation[] {
  const living = new Set(
    snapshot.flatMap(({ hidden }) => [textOf(hidden['api_key']), textOf(hidden['api_key_2'])]),
  );
  return stored.flatMap(({ what, text }) =>
    (text.match(KEY) ?? [])
      .filter((key) => !living.has(key))
      .map((key) => `${what} holds ${key}, which is void`),
  );
}

/** What the stack's entry for the keys of this app says; undefined: there is none. */
function markerOf(
  app: string,
  entries: ManifestEntries,
  snapshot: SpiceSnapshot,
): string | undefined {
  const [key] = entryOf(app, entries, snapshot) ?? [];
  if (key === undefined) return undefined;
  const entry = Object.values(entries['apiKeys'] ?? {}).find((keys) => keys['app'] === key);
  return entry === undefined ? undefined : textOf(entry['rotate']);
}

/** Which settings of the app the stack has, and which secrets. */
function managedOf(app: string, entries: ManifestEntries, snapshot: SpiceSnapshot): string {
  const [, entry = {}] = entryOf(app, entries, snapshot) ?? [];
  const secrets = Object.keys(entries['appSecrets'] ?? {});
  return [...Object.keys(entry).toSorted(), ...secrets].join(' ');
}

/** The stack's entry for this app. */
function entryOf(
  app: string,
  entries: ManifestEntries,
  snapshot: SpiceSnapshot,
): readonly [string, Entry] | undefined {
  const object = snapshot.find(({ type, id }) => type === 'app' && id === app);
  const name = textOf(object?.fields['name']).toLowerCase();
  return Object.entries(entries['apps'] ?? {}).find(
    ([key, entry]) => appNameOf(key, entry).toLowerCase() === name,
  );
}

function parsed(body: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body ?? '{}');
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function textIn(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  return typeof value === 'number' ? String(value) : textOf(value);
}
