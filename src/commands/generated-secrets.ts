import { appendFileSync, chmodSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { reveal } from '../core/secret.ts';
import type { DeliverSecret } from '../executor/run.ts';
import type { CommandIo } from './command-io.ts';
import type { ApplyFlags } from './flags.ts';
import type { Reporting } from './reporting.ts';
import { unwritable } from './unwritable.ts';

/**
 * A password that the API generates is told once: a file for it that cannot be written is found out
 * before anything is sent. Throws `usage`.
 */
export function assertDeliverable(io: CommandIo, { generatedSecretsFile }: ApplyFlags): void {
  if (generatedSecretsFile === undefined) return;
  try {
    appendTo(io, generatedSecretsFile, '');
  } catch (error) {
    throw unwritable('--generated-secrets-file', generatedSecretsFile, error);
  }
}

function appendTo(io: CommandIo, file: string, line: string): void {
  const path = resolve(io.cwd, file);
  appendFileSync(path, line, { mode: 0o600 });
  chmodSync(path, 0o600);
}

/** The one place where a secret leaves trueup in the clear, because it was asked for. */
export function deliverGenerated(
  io: CommandIo,
  flags: ApplyFlags,
  reporting: Reporting,
): DeliverSecret {
  return (address, field, value) => {
    const line = `${JSON.stringify({ address, field, value: reveal(value) })}\n`;
    if (flags.generatedSecretsFile !== undefined) {
      try {
        appendTo(io, flags.generatedSecretsFile, line);
        return Promise.resolve('file');
      } catch (error) {
        // What was created is recorded all the same; that the password is lost is told by the run.
        reporting.diagnostics([unwrittenSecret(flags.generatedSecretsFile, error)]);
        return Promise.resolve('lost');
      }
    }
    if (flags.showGeneratedSecrets === true) {
      if (reporting.json) io.stdout.write(line);
      else reporting.result(`Generated ${field} of ${address}: ${reveal(value)}\n`);
      return Promise.resolve('stdout');
    }
    return Promise.resolve('lost');
  };
}

function unwrittenSecret(file: string, error: unknown): Diagnostic {
  const { message } = unwritable('--generated-secrets-file', file, error);
  return { code: 'generated-secret-lost', severity: 'warning', message };
}
