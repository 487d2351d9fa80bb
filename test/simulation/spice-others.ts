import type { SpiceEmulator } from '../../src/emulator/spice/index.ts';
import { SECRET_NAMES, appNameOf } from '../_helpers/random-spice.ts';
import type { ManifestEntries } from './account.ts';
import { textOf } from './checks.ts';
import type { Counts } from './counts.ts';
import { chance, oneOf, whole, type Random } from './draw.ts';

type Snapshot = ReturnType<SpiceEmulator['control']['snapshot']>;
type SnapshotObject = Snapshot[number];

/** Everybody else who uses the organization. */
export interface SpiceOthers {
  /** Does one thing that a user could do in the portal; false where it was refused. */
  act(entries: ManifestEntries): boolean;
  /** Puts a secret into an app; the path under which it can be read, undefined if there is no app. */
  actInside(): string | undefined;
}

export interface SpiceOthersOptions {
  readonly emulator: SpiceEmulator;
  readonly random: Random;
  readonly counts: Counts;
  /** Told of keys that were made anew. */
  readonly onRotate: (app: string) => void;
  /** Told of apps a secret of which was written or deleted. */
  readonly onSecret: (app: string) => void;
  /** Told of apps that are about to be deleted. */
  readonly onDelete: (app: string) => void;
}

const PEOPLE = ['ann', 'bob', 'carol', 'dave'];
const OWNER = 'olivia';

export function createSpiceOthers(options: SpiceOthersOptions): SpiceOthers {
  const { emulator, random, counts, onRotate, onSecret, onDelete } = options;
  const { control } = emulator;
  const request = (method: string, path: string, body: object = {}): void => {
    control.mutate({ op: 'request', method, path, body: { ...body } });
  };
  const appAct =
    (act: (app: SnapshotObject) => void) =>
    (objects: Snapshot): void => {
      const app = of(objects, 'app', random);
      if (app !== undefined) act(app);
    };
  const memberAct =
    (act: (id: string) => void) =>
    (objects: Snapshot): void => {
      const members = objects.filter(({ fields }) => textOf(fields['username']) !== OWNER);
      const member = of(members, 'member', random);
      if (member !== undefined) act(member.id.split('/')[1] ?? '');
    };
  const acts: Readonly<Record<string, (objects: Snapshot, entries: ManifestEntries) => void>> = {
    'other user changes an app': appAct(({ id }) => {
      const body = oneOf(random, [
        { description: `theirs ${String(whole(random, 1, 99))}` },
        { replicas: whole(random, 1, 3) },
        { tags: { theirs: 'yes' } },
        { visibility: oneOf(random, ['public', 'private']) },
        {
          spicepod: {
            version: 'v1',
            kind: 'Spicepod',
            name: `theirs${String(whole(random, 1, 9))}`,
          },
        },
      ]);
      request('PUT', `/v1/apps/${id}`, body);
    }),
    'other user writes an app secret': (objects) => {
      const secret = of(objects, 'secret', random);
      if (secret === undefined) return;
      const [app = '', name = ''] = secret.id.split('/');
      const value = `changed-${String(whole(random, 1, 99))}`;
      request('POST', `/v1/apps/${app}/secrets`, { name, value });
      onSecret(app);
    },
    'other user makes an app secret': (objects, entries) => {
      const wanted = missingSecrets(objects, entries);
      const app = of(objects, 'app', random)?.id ?? '';
      const guest = { app, name: oneOf(random, [...SECRET_NAMES, 'GUEST']) };
      const { app: id, name } = wanted.length > 0 ? oneOf(random, wanted) : guest;
      request('POST', `/v1/apps/${id}/secrets`, { name, value: 'changed-by-a-guest' });
      onSecret(id);
    },
    'other user deletes an app secret': (objects) => {
      const secret = of(objects, 'secret', random);
      if (secret === undefined) return;
      control.mutate({ op: 'delete', type: 'secret', id: secret.id });
      onSecret(secret.id.replace(/\/.*$/, ''));
    },
    'other user deletes an app': appAct(({ id }) => {
      onDelete(id);
      control.mutate({ op: 'delete', type: 'app', id });
    }),
    'other user makes an app': (_, entries) => {
      const wanted = Object.entries(entries['apps'] ?? {}).map(([key, app]) => appNameOf(key, app));
      const name = oneOf(random, [...wanted, `guest-${String(whole(random, 1, 99))}`]);
      request('POST', '/v1/apps', { name, region: oneOf(random, ['us-east-1', 'us-west-2']) });
    },
    'other user makes new keys': appAct(({ id }) => {
      request('POST', `/v1/apps/${id}/api-keys`, { key_number: whole(random, 0, 2) });
      onRotate(id);
    }),
    'other user deploys': appAct(({ id }) => {
      const body = chance(random, 0.5) ? { commit_message: 'theirs' } : {};
      request('POST', `/v1/apps/${id}/deployments`, body);
    }),
    'other user adds a member': () => {
      request('POST', '/v1/members', {
        username: oneOf(random, PEOPLE),
        roles: [oneOf(random, ['viewer', 'member', 'admin'])],
      });
    },
    'other user changes a member': memberAct((id) => {
      request('PATCH', `/v1/members/${id}`, {
        roles: [oneOf(random, ['viewer', 'member', 'admin'])],
      });
    }),
    'other user removes a member': memberAct((id) => {
      request('DELETE', `/v1/members/${id}`);
    }),
    'tokens are revoked': () => {
      control.revoke({});
    },
  };
  return {
    act(entries) {
      const name = oneOf(random, Object.keys(acts));
      try {
        acts[name]?.(control.snapshot(), entries);
        counts.add(name);
        return true;
      } catch {
        // Refused, as it would be in the portal: a name that is taken, a deployment under way.
        return false;
      }
    },
    actInside() {
      const app = of(control.snapshot(), 'app', random);
      if (app === undefined) return undefined;
      const path = `/v1/apps/${app.id}/secrets`;
      request('POST', path, { name: 'GUEST_AT_THE_END', value: 'changed-by-a-guest' });
      onSecret(app.id);
      return path;
    },
  };
}

/** Secrets of the stack that are not there yet: IDs of their apps, and their names. */
function missingSecrets(
  objects: Snapshot,
  entries: ManifestEntries,
): readonly { readonly app: string; readonly name: string }[] {
  return Object.values(entries['appSecrets'] ?? {}).flatMap((secret) => {
    const [key, name] = [textOf(secret['app']), textOf(secret['name'])];
    const wanted = appNameOf(key, entries['apps']?.[key] ?? {}).toLowerCase();
    const app = objects.find(
      ({ type, fields }) => type === 'app' && textOf(fields['name']).toLowerCase() === wanted,
    );
    const isThere = objects.some(
      ({ type, id }) => type === 'secret' && id === `${app?.id}/${name}`,
    );
    return app === undefined || isThere ? [] : [{ app: app.id, name }];
  });
}

function of(objects: Snapshot, type: string, random: Random): SnapshotObject | undefined {
  const found = objects.filter((object) => object.type === type);
  return found.length === 0 ? undefined : oneOf(random, found);
}
