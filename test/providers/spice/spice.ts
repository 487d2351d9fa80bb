import { openAccount, type Account } from '../../_helpers/conformance/account.ts';
import type { Manifest, ProviderCases } from '../../_helpers/conformance/case.ts';
import {
  createProcesses,
  type Ended,
  type RunOptions,
} from '../../_helpers/conformance/process.ts';
import type { Risk } from '../../../src/core/risk.ts';
import type { SpiceSwitches } from '../../../src/emulator/spice/switches.ts';

const SPICE: ProviderCases = {
  provider: 'spice',
  token: 'pat',
  settings: { organization: 'acme' },
  bystanders: {},
  kinds: [],
};

/** One emulated account where nothing takes time, and one stack whose manifest each step gives. */
export interface SpiceStage extends Account {
  plan(manifest: Manifest, options?: RunOptions): Promise<Ended>;
  apply(manifest: Manifest, options?: RunOptions): Promise<Ended>;
  /** `action field,field` of the changes of a plan, addresses without the provider. */
  changes(manifest: Manifest, options?: RunOptions): Promise<readonly string[]>;
  switches(switches: Partial<SpiceSwitches>): void;
  faults(rules: readonly object[]): void;
  /** A request of somebody else; what it answers. */
  other(method: string, path: string, body?: object): unknown;
  idOf(address: string): string;
  /** Paths of the GETs since the last call. */
  gets(): readonly string[];
}

export async function openSpice(): Promise<SpiceStage> {
  const account = await openAccount(SPICE, 'none');
  const processes = createProcesses(account, SPICE.settings ?? {});
  const control = (name: string, input: object): unknown =>
    account.emulator.controlCalls.get(name)?.(input);
  let seen = account.emulator.log.length;
  const stage: SpiceStage = Object.assign(account, {
    plan: (manifest: Manifest, options?: RunOptions) => processes.run('plan', manifest, options),
    apply: (manifest: Manifest, options?: RunOptions) => {
      account.writes.length = 0;
      return processes.run('apply', manifest, options);
    },
    async changes(manifest: Manifest, options?: RunOptions) {
      const { plan } = await stage.plan(manifest, options);
      const told = plan.changes
        .filter(({ action }) => action !== 'no-op')
        .map(({ action, fields }) => `${action} ${fields.map((field) => field.pointer).join(',')}`);
      const problems = plan.diagnostics
        .filter(({ severity }) => severity === 'error')
        .map(({ code, message }) => `${code}: ${message}`);
      return [...told, ...problems];
    },
    switches: (switches: Partial<SpiceSwitches>) => void control('setSwitches', switches),
    faults: (rules: readonly object[]) => void control('setFaults', { rules }),
    other: (method: string, path: string, body?: object) =>
      control('mutate', { op: 'request', method, path, ...(body === undefined ? {} : { body }) }),
    idOf: (address: string) => processes.resources()[`spice.${address}`]?.id ?? 'none',
    gets() {
      const log = account.emulator.log;
      const paths = log.slice(seen).flatMap(({ method, path }) => (method === 'GET' ? [path] : []));
      seen = log.length;
      return paths;
    },
  });
  return stage;
}

/** Options that approve a risk of everything. */
export function allowing(risk: Risk): RunOptions {
  return { approvals: { allowed: [{ risk, glob: '*' }], deletesMax: 9 } };
}
