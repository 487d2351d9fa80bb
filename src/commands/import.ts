import { parseAddress, toAddress } from '../core/address.ts';
import { canonicalId } from '../core/canonical-id.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { TrueupError } from '../core/errors.ts';
import type { Plan } from '../planner/plan.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import { connectReadOnly } from './connect.ts';
import { findAddress } from './find-address.ts';
import type { AccountFlags } from './flags.ts';
import { importedEntry } from './imported-entry.ts';
import { lockWaitMs, usage } from './parse-flags.ts';
import { planRun } from './planning-run.ts';
import { connectInput, openSession, sourcesOf } from './session.ts';

/**
 * `trueup import ADDRESS ID`: takes one live object into the state for an entry of the manifests.
 * Changes nothing in the account; the next plan shows how the object differs from the entry.
 */
export async function runImport(
  io: CommandIo,
  addressText: string | undefined,
  id: string | undefined,
  directory: string,
  flags: AccountFlags,
): Promise<Endings> {
  if (addressText === undefined || id === undefined) {
    throw usage('import takes an ADDRESS and an ID, or --all');
  }
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
        const wanted = { ...stack, imports: [{ to, id: canonicalId(id) }] };
        const request = { session, stack: wanted, loaded, accounts, ratePerSecond, destroy: false };
        const { plan } = await planRun({ ...request, flags: { ...flags, target: [address] } });
        const change = plan.changes.find((item) => item.address === address);
        if (change?.live === undefined) {
          reporting.diagnostics(reasons(plan, address));
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

/** Why an entry is not planned; what could not be read belongs to none, and says why. */
function reasons(plan: Plan, address: string): readonly Diagnostic[] {
  return plan.diagnostics.filter((item) => (item.address ?? address) === address);
}
