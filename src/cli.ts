#!/usr/bin/env node
import { VERSION } from './core/version.ts';

/** `--version` answers before anything is loaded. */
if (process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2] ?? '')) {
  process.stdout.write(`${VERSION}\n`);
} else {
  // Whoever reads may stop early (`| head`): what is being done is done to its end all the same.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const { runCli } = await import('./commands/program.ts');
  process.exitCode = await runCli(process.argv);
}
