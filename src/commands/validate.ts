import { createRedactor } from '../core/redactor.ts';
import { kindTable, PROVIDERS } from '../providers/registry.ts';
import { count } from '../views/plural.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import type { StackFlags } from './flags.ts';
import { createReporting } from './reporting.ts';
import { loadFiles } from './stack-loading.ts';

/** `trueup validate`: everything that can be known without API and sources. */
export async function runValidate(
  io: CommandIo,
  directory: string,
  flags: StackFlags,
): Promise<Endings> {
  const reporting = createReporting(io, flags, 'other');
  try {
    const kinds = kindTable(PROVIDERS);
    const { stack, diagnostics } = await loadFiles(
      io,
      directory,
      flags,
      kinds,
      createRedactor(),
      reporting,
    );
    const warnings =
      diagnostics.length === 0 ? '' : `, with ${count(diagnostics.length, 'warning')}`;
    reporting.result(
      `The stack '${stack.name}' is valid: ${count(stack.resources.length, 'resource')}${warnings}.\n`,
    );
    return DONE;
  } finally {
    reporting.close();
  }
}
