import { createRedactor } from '../core/redactor.ts';
import { kindTable, PROVIDERS } from '../providers/registry.ts';
import { count } from '../views/plural.ts';
import { codeSpan } from '../views/markdown/text.ts';
import { isGithubRun } from './annotations.ts';
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
  const reporting = createReporting(io, flags, 'other', directory);
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
    const valid = `is valid: ${count(stack.resources.length, 'resource')}${warnings}.`;
    reporting.result(`The stack '${stack.name}' ${valid}\n`);
    if (isGithubRun(io)) {
      const { addToSummary } = await import('./github-actions.ts');
      addToSummary(io, () => `The stack ${codeSpan(stack.name)} ${valid}\n`);
    }
    return DONE;
  } finally {
    reporting.close();
  }
}
