import { parseAddress, toAddress } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import { valueAt, withValueAt } from '../core/resolve.ts';
import type { ValueObject } from '../core/value.ts';
import { stateEntry } from '../executor/state-entry.ts';
import type { ResourceChange } from '../planner/plan.ts';
import { indexRoles, unitsOf } from '../planner/role-index.ts';
import type { ProviderKind } from '../providers/contract.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import { connectReadOnly } from './connect.ts';
import { findAddress } from './find-address.ts';
import type { AccountFlags } from './flags.ts';
import { lockWaitMs } from './parse-flags.ts';
import { planRun } from './planning-run.ts';
import { connectInput, openSession, sourcesOf } from './session.ts';

/**
 * `trueup import ADDRESS ID`: takes one live object into the state for an entry of the manifests.
 * Changes nothing in the account; the next plan shows how the object differs from the entry.
 */
export async function runImport(
  io: CommandIo,
  addressText: string,
  id: string,
  directory: string,
  flags: AccountFlags,
): Promise<Endings> {
  const session = await openSession(io, directory, flags, 'other');
  const { reporting, backend } = session;
  try {
    const stack = await sourcesOf(session, 'skip');
    const address = findAddress(
      addressText,
      stack.resources.map((resource) => resource.address),
    );
    const parts = parseAddress(address);
    if (parts === undefined || !stack.resources.some((resource) => resource.address === address)) {
      throw new TrueupError(
        'import-invalid',
        `no entry of the manifests has the address ${address}`,
        {
          hint: 'write the entry first, then import the object',
        },
      );
    }
    const to = toAddress(`${parts.provider}.${parts.kind}`, parts.key);
    const lock = await backend.lock('import', lockWaitMs(flags.lockTimeout));
    try {
      const loaded = await backend.load();
      if (loaded.state.resources[address] !== undefined) {
        throw new TrueupError('import-invalid', `${address} is in the state already`);
      }
      const input = connectInput(session, stack, loaded);
      const { accounts, ratePerSecond, close } = await connectReadOnly(input);
      try {
        const wanted = { ...stack, imports: [{ to, id }] };
        const request = { session, stack: wanted, loaded, accounts, ratePerSecond, destroy: false };
        const { plan } = await planRun({ ...request, flags: { ...flags, target: [address] } });
        const change = plan.changes.find((item) => item.address === address);
        if (change?.live === undefined) {
          reporting.diagnostics(plan.diagnostics.filter((item) => item.address === address));
          throw new TrueupError('import-invalid', `${id} was not imported as ${address}`);
        }
        const [provider, organization] = [parts.provider, accounts.organizations[parts.provider]];
        const kind = accounts.kinds.get(change.type);
        if (kind === undefined || organization === undefined)
          throw new TrueupError('internal', 'no kind');
        await backend.append([
          { op: 'provider', provider, organization: organization.id },
          { op: 'put', address, resource: importedEntry(kind, change) },
        ]);
        await backend.fold();
      } finally {
        await close();
      }
    } finally {
      await lock.release();
    }
    reporting.result(`${address}: imported ${id}. See what differs with: trueup plan\n`);
    return DONE;
  } finally {
    reporting.close();
  }
}

/** The object as it is stands for what was sent: a difference is the manifest's. */
function importedEntry(kind: ProviderKind, change: ResourceChange): ReturnType<typeof stateEntry> {
  const { live, desired } = change;
  if (live === undefined || desired === undefined) throw new TrueupError('internal', 'no object');
  let taken: ValueObject = {};
  for (const unit of unitsOf(indexRoles(kind), change.after ?? {})) {
    const value = valueAt(live.fields, unit.path);
    if (value !== undefined) taken = withValueAt(taken, unit.path, value);
  }
  const entry = stateEntry({
    kind,
    desired,
    resolved: taken,
    live,
    digests: {},
    dependsOn: change.dependsOn,
    createdAtMs: undefined,
    expiry: undefined,
    attributesBefore: {},
  });
  const { roles } = indexRoles(kind);
  const unverified = [...roles.keys()].filter((pointer) => roles.get(pointer)?.writeOnly === true);
  return unverified.length === 0 ? entry : { ...entry, unverified };
}
