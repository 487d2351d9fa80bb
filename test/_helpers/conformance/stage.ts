import type { Inventory, LiveObject, LiveView } from '../../../src/core/live.ts';
import type { Stack } from '../../../src/core/resource.ts';
import { sameValue } from '../../../src/core/resolve.ts';
import type { Value } from '../../../src/core/value.ts';
import type { ApplyOutcome } from '../../../src/executor/apply.ts';
import { createLiveView } from '../../../src/executor/live-view.ts';
import type { PlannedRun } from '../../../src/executor/make-plan.ts';
import type { ProviderKind } from '../../../src/providers/contract.ts';
import { openAccount, type Account, type Pace, type Write } from './account.ts';
import type { Alteration } from './alter-answers.ts';
import type { Entry, Known, Manifest, Outside, ProviderCases, WriteLine } from './case.ts';
import { createProcesses, type RunOptions } from './process.ts';

export interface Applied extends PlannedRun {
  readonly outcome: ApplyOutcome | undefined;
  readonly writes: readonly WriteLine[];
}

/** One account of one provider, and one stack whose manifest is given at each step. */
export interface Stage {
  readonly known: Known;
  load(manifest: Manifest): Promise<Stack>;
  plan(manifest: Manifest, options?: RunOptions): Promise<PlannedRun>;
  apply(manifest: Manifest, options?: RunOptions): Promise<Applied>;
  /** What was there before anything was applied, look-ups among it. */
  live(): LiveView;
  /** Reads past the planner. */
  list(kind: ProviderKind, scope: string | undefined): Promise<Inventory>;
  read(kind: ProviderKind, id: string, scope: string | undefined): Promise<LiveObject | undefined>;
  /** Collection of a resource of the stack, by its address without the provider. */
  scopeOf(address: string): string | undefined;
  /** IDs and names of the resources of a kind, as they are now. */
  identities(kind: ProviderKind): ReadonlySet<string>;
  /** Changes something behind trueup's back; it has taken effect when this returns. */
  outside(change: Outside): Promise<void>;
  /** From now on answers reach trueup in this form. */
  alter(alteration: Alteration | undefined): void;
}

export async function createStage(own: ProviderCases, pace: Pace = 'none'): Promise<Stage> {
  const account = await openAccount(own, pace);
  const { clock, accounts, emulator } = account;
  const processes = createProcesses(account, own.settings ?? {});
  const initial = await readInitial(account);
  const context = (kind: ProviderKind) => accounts.context(kind, createLiveView(initial));
  const names = new Map<string, string>();
  for (const { id } of Object.values(accounts.organizations)) names.set(id, 'organization');
  const resource = (address: string) => {
    const found = processes.resources()[`${own.provider}.${address}`];
    if (found === undefined) throw new Error(`${address} is not in the state`);
    return found;
  };
  return {
    known: {
      id: (address) => resource(address).id,
      find: (type, matches) => findObject(initial, `${own.provider}.${type}`, matches),
    },
    load: processes.load,
    live: () => createLiveView(initial),
    plan: (manifest, options) => processes.run('plan', manifest, options),
    async apply(manifest, options) {
      account.writes.length = 0;
      const result = await processes.run('apply', manifest, options);
      for (const [address, { id, scope }] of Object.entries(processes.resources())) {
        // What is the only one in its scope may have no ID but the scope's.
        if (id !== scope) names.set(id, address.slice(own.provider.length + 1));
      }
      return { ...result, writes: account.writes.map((write) => lineOf(write, names)) };
    },
    list: (kind, scope) => clock.run(kind.list(context(kind), scope)),
    read: (kind, id, scope) => clock.run(kind.read(context(kind), id, scope)),
    scopeOf: (address) => resource(address).scope,
    identities: (kind) => {
      const own = Object.values(processes.resources()).filter(({ type }) => type === kind.type);
      return new Set(own.flatMap(({ id, sent }) => [id, textOf(sent[kind.key.nameField ?? ''])]));
    },
    async outside(change) {
      for (const [name, input] of [['mutate', change] as const, ['settleNow', {}] as const]) {
        const call = emulator.controlCalls.get(name);
        if (call === undefined) throw new Error(`the emulator has no ${name}`);
        call(input);
      }
      await clock.advance(1_000);
    },
    alter: (alteration) => {
      account.alteration = alteration;
    },
  };
}

/** What is there before anything was applied: look-ups, and objects that came with the account. */
async function readInitial({ provider, clock, accounts }: Account): Promise<readonly Inventory[]> {
  let initial: readonly Inventory[] = [];
  for (const kind of provider.kinds.filter(({ scoped }) => !scoped)) {
    const context = accounts.context(kind, createLiveView(initial));
    initial = [...initial, await clock.run(kind.list(context, undefined))];
  }
  return initial;
}

function findObject(inventories: readonly Inventory[], type: string, matches: Entry): string {
  const objects = inventories.filter((own) => own.type === type).flatMap((own) => own.objects);
  const found = objects.find(({ fields, attributes }) =>
    Object.entries(matches).every(([name, value]) =>
      sameValue({ ...attributes, ...fields }[name], value as Value),
    ),
  );
  if (found === undefined) throw new Error(`no ${type} with ${JSON.stringify(matches)}`);
  return found.id;
}

function lineOf({ method, path, body }: Write, names: ReadonlyMap<string, string>): WriteLine {
  const named = path
    .split(/(?=[/?])/)
    .map((part) => {
      const address = names.get(part.slice(1));
      return address === undefined ? part : `/{${address}}`;
    })
    .join('');
  return [method, named, Object.keys(body).toSorted().join(',')].join(' ').trimEnd();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `manifest` with some entries put in place of its own. */
export function withEntries(manifest: Manifest, more: Manifest): Manifest {
  const kinds = new Set([...Object.keys(manifest), ...Object.keys(more)]);
  return Object.fromEntries([...kinds].map((kind) => [kind, { ...manifest[kind], ...more[kind] }]));
}
