#!/usr/bin/env node
import { VERSION } from './core/version.ts';

/** `--version` answers before anything is loaded. */
if (process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2] ?? '')) {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { runCli } = await import('./commands/program.ts');
  process.exitCode = await runCli(process.argv);
}
