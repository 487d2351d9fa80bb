import type { Mutation } from '../../src/emulator/singlestore/mutation.ts';
import type { ApplyOutcome } from '../../src/executor/apply.ts';
import type { PlanOptions } from '../../src/planner/input.ts';
import type { Plan } from '../../src/planner/plan.ts';
import type { Entry, Manifest, WriteLine } from './conformance/case.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export interface Applied {
  readonly plan: Plan;
  readonly outcome: ApplyOutcome | undefined;
  readonly writes: readonly WriteLine[];
  /** Bodies of the writes, in their order. */
  readonly bodies: readonly Entry[];
}

/** One account and one stack, whose manifest is given as an object at each step. */
export interface FieldWorld {
  readonly world: World;
  plan(
    manifest: Manifest,
    options?: Partial<PlanOptions>,
    secrets?: 'resolve' | 'skip',
  ): Promise<Plan>;
  apply(manifest: Manifest, options?: Partial<PlanOptions>): Promise<Applied>;
  /** ID of a resource, by its address without the provider. */
  id(address: string): string;
  /** Changes something behind trueup's back; it has taken effect when this returns. */
  mutate(mutation: Mutation): Promise<void>;
}

interface Write {
  readonly method: string;
  readonly path: string;
  readonly body: Entry;
}

interface StoredState {
  readonly resources: Readonly<Record<string, { readonly id: string }>>;
}

export function createFieldWorld(options: WorldOptions = {}): FieldWorld {
  const world = createWorld(options);
  const sent = recordWrites(world);
  const ids = new Map<string, string>([[organizationId(world), 'organization']]);
  const current = new Map<string, string>();

  const learnIds = (): void => {
    const text = world.files().text('/state/state.json');
    if (text === undefined) return;
    const state = JSON.parse(text) as StoredState;
    for (const [address, { id }] of Object.entries(state.resources)) {
      const short = address.replace('singlestore.', '');
      ids.set(id, short);
      current.set(short, id);
    }
  };

  return {
    world,
    async plan(manifest, plan = {}, secrets = 'resolve') {
      const result = await world.plan(filesOf(manifest), { plan, secrets });
      if (result.planned === undefined) throw new Error('no plan was made');
      return result.planned.plan;
    },
    async apply(manifest, plan = {}) {
      sent.length = 0;
      const result = await world.apply(filesOf(manifest), { plan });
      if (result.planned === undefined) throw new Error('no plan was made');
      learnIds();
      return {
        plan: result.planned.plan,
        outcome: result.outcome,
        writes: sent.map((write) => lineOf(write, ids)),
        bodies: sent.map(({ body }) => body),
      };
    },
    id(address) {
      const id = current.get(address);
      if (id === undefined) throw new Error(`${address} is not in the state`);
      return id;
    },
    async mutate(mutation) {
      world.emulator.control.mutate(mutation);
      world.emulator.control.settleNow();
      await world.clock.advance(1_000);
    },
  };
}

/** A stack of two files; JSON is YAML, and leaves out what is undefined. */
function filesOf(manifest: Manifest): ReadonlyMap<string, string> {
  return new Map([
    ['trueup.yaml', 'stack: fields\n'],
    ['main.yaml', JSON.stringify(manifest, undefined, 1)],
  ]);
}

function organizationId(world: World): string {
  const path = '/v1/organizations/current';
  const answer = world.emulator.control.mutate({ op: 'request', method: 'GET', path });
  return (answer as { readonly orgID: string }).orgID;
}

function recordWrites(world: World): Write[] {
  const sent: Write[] = [];
  const { emulator } = world;
  const handle = emulator.handle.bind(emulator);
  emulator.handle = (request) => {
    if (request.method !== 'GET') {
      const body = JSON.parse(request.body ?? '{}') as Entry;
      sent.push({ method: request.method, path: request.path, body });
    }
    return handle(request);
  };
  return sent;
}

function lineOf({ method, path, body }: Write, ids: ReadonlyMap<string, string>): WriteLine {
  const named = path
    .split(/(?=[/?])/)
    .map((part) => {
      const address = ids.get(part.slice(1));
      return address === undefined ? part : `/{${address}}`;
    })
    .join('');
  return [method, named, Object.keys(body).toSorted().join(',')].join(' ').trimEnd();
}
