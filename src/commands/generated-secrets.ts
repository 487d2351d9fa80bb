import { appendFileSync, chmodSync } from 'node:fs';
import { resolve } from 'node:path';
import { reveal } from '../core/secret.ts';
import type { DeliverSecret } from '../executor/run.ts';
import type { CommandIo } from './command-io.ts';
import type { ApplyFlags } from './flags.ts';
import type { Reporting } from './reporting.ts';

/** The one place where a secret leaves trueup in the clear, because it was asked for. */
export function deliverGenerated(
  io: CommandIo,
  flags: ApplyFlags,
  reporting: Reporting,
): DeliverSecret {
  return (address, field, value) => {
    const line = `${JSON.stringify({ address, field, value: reveal(value) })}\n`;
    if (flags.generatedSecretsFile !== undefined) {
      const path = resolve(io.cwd, flags.generatedSecretsFile);
      appendFileSync(path, line, { mode: 0o600 });
      chmodSync(path, 0o600);
      return Promise.resolve('file');
    }
    if (flags.showGeneratedSecrets === true) {
      if (reporting.json) io.stdout.write(line);
      else reporting.result(`Generated ${field} of ${address}: ${reveal(value)}\n`);
      return Promise.resolve('stdout');
    }
    return Promise.resolve('lost');
  };
}
