import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../../src/core/json.ts';
import type { SpiceEmulator } from '../../src/emulator/spice/index.ts';
import { textOf, type Violation } from './checks.ts';
import type { Preset } from './draw.ts';

/** Makes sure that nothing is deployed twice, and that what runs is what was asked for. */
export interface DeploymentWatch {
  /** trueup made one, with this body. */
  made(deployment: MadeDeployment): readonly Violation[];
  /** Somebody wrote or deleted a secret of the app. */
  secretWritten(app: string): void;
  /** The app was deleted: one that comes back is deployed anew. */
  forget(app: string): void;
  /** `settingsOf`: those that the stack has of an app. */
  converged(known: ReadonlySet<string>, settingsOf: (app: string) => Fields): readonly Violation[];
}

export interface MadeDeployment {
  readonly app: string;
  readonly id: string;
  readonly body: string;
  /**
   * Settings and secrets that the stack has of the app, by name: with another one, or without one
   * that the app keeps, it is another order. Of what the stack did not have nobody knows whether
   * what runs has it.
   */
  readonly managed: string;
  /** When the run began that asked for it. */
  readonly run: number;
}

export interface DeploymentWatchOptions {
  readonly emulator: SpiceEmulator;
  readonly preset: Preset;
  /** Beginnings of runs that said that all was done. */
  readonly done: ReadonlySet<number>;
}

interface Deployment {
  readonly id: string;
  readonly status: string;
  /** What it runs, as text; secrets by name. */
  readonly runs: string;
  readonly config: Fields;
  readonly secrets: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a deployment takes from its app as it is; the rest it may have its own of. */
const DEPLOYED = ['spicepod', 'update_channel', 'version', 'resources', 'executor'];

interface Asked {
  readonly ordered: string;
  readonly run: number;
}

export function createDeploymentWatch(options: DeploymentWatchOptions): DeploymentWatch {
  const { emulator, preset, done } = options;
  /** Those of trueup: what they run, and with what body they were asked for. */
  const asked = new Map<string, Asked>();
  /** How often secrets of an app were written or deleted: a deployment after that is another order. */
  const writes = new Map<string, number>();
  const ofApp = (app: string): readonly Deployment[] => newestFirst(emulator, app);
  return {
    made({ app, id, body, managed, run }) {
      const [newest, before] = ofApp(app);
      if (newest?.id !== id) return [];
      const ordered = `${newest.runs} ${body} ${managed} ${String(writes.get(app) ?? 0)}`;
      asked.set(id, { ordered, run });
      if (before === undefined || preset === 'beyond' || before.status === 'failed') return [];
      const earlier = asked.get(before.id);
      if (earlier?.ordered !== ordered) return [];
      // A run that ended before it could record what it did leaves it to be done again.
      if (earlier.run !== run && !done.has(earlier.run)) return [];
      return [`app ${app} deployed again (${id}) as it runs already (${before.id})`];
    },
    secretWritten: (app) => void writes.set(app, (writes.get(app) ?? 0) + 1),
    forget(app) {
      for (const { id } of ofApp(app)) asked.delete(id);
    },
    converged: (known, settingsOf) =>
      emulator.control
        .snapshot()
        .filter(({ type, id }) => type === 'app' && known.has(`spice.deployments ${id}`))
        .flatMap(({ id, fields }) => {
          const [newest] = ofApp(id);
          const settings = settingsOf(id);
          const wanted = Object.fromEntries(
            DEPLOYED.filter((name) => settings[name] !== undefined).map((name) => [
              name,
              // What the app does not tell is compared with what was written; nothing else vouches
              // for it.
              name === 'version' ? settings[name] : fields[name],
            ]),
          );
          return notRunning({ emulator, app: id, known, wanted }, newest);
        }),
  };
}

interface Wanted {
  readonly emulator: SpiceEmulator;
  readonly app: string;
  readonly known: ReadonlySet<string>;
  /** Settings that the stack has of the app, and how they are to be. */
  readonly wanted: Fields;
}

/** How what runs differs from what the app is to run now. */
function notRunning(
  { emulator, app, known, wanted }: Wanted,
  newest: Deployment | undefined,
): readonly Violation[] {
  if (newest === undefined) return [`app ${app} was never deployed`];
  if (newest.status !== 'succeeded') return [`the deployment of app ${app} is ${newest.status}`];
  const others = Object.keys(wanted)
    .filter((name) => !isDeepStrictEqual(newest.config[name] ?? null, wanted[name] ?? null))
    .map((name) => `app ${app} runs with another ${name} than it is to have`);
  const secrets = emulator.control
    .snapshot()
    .filter(({ type, id }) => type === 'secret' && known.has(`spice.appSecrets ${id}`))
    .filter(({ id }) => id.startsWith(`${app}/`))
    .filter(({ id, hidden }) => newest.secrets[id.slice(app.length + 1)] !== hidden['value'])
    .map(({ id }) => `app ${app} runs with another value of the secret ${id} than it has`);
  return [...others, ...secrets];
}

function newestFirst(emulator: SpiceEmulator, app: string): readonly Deployment[] {
  const { control } = emulator;
  const path = `/v1/apps/${app}/deployments?limit=100`;
  const answer: unknown = control.mutate({ op: 'request', method: 'GET', path });
  const listed =
    isJsonObject(answer) && Array.isArray(answer['deployments']) ? answer['deployments'] : [];
  const hidden = new Map(
    control.snapshot().flatMap((one) => (one.type === 'deployment' ? [[one.id, one.hidden]] : [])),
  );
  return listed.flatMap((item: unknown) => {
    if (!isJsonObject(item)) return [];
    const id = textOf(item['id']) || String(Number(item['id']));
    const runs = hidden.get(id) ?? {};
    const { config, secrets } = runs;
    return [
      {
        id,
        status: textOf(item['status']),
        runs: JSON.stringify(runs),
        config: isJsonObject(config) ? config : {},
        secrets: isJsonObject(secrets) ? secrets : {},
      },
    ];
  });
}
