// Every static check, one line each. All of them run; what failed is printed below its line and
// the exit code tells at the end.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setup } from './setup.mjs';

const bin = (name) => join(root, 'node_modules', '.bin', name);

/** `generate --check` last: it reads what was built. */
export const CHECKS = [
  { name: 'types', command: bin('tsc'), args: ['-p', 'tsconfig.json', '--noEmit'] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', command: bin('oxfmt'), args: ['--check'] },
  { name: 'unused', command: bin('knip'), args: ['--no-progress'] },
  {
    name: 'generated',
    command: process.execPath,
    args: [join(root, 'scripts', 'generate.mjs'), '--check'],
  },
  {
    name: 'generated from the built program',
    command: process.execPath,
    args: [join(root, 'scripts', 'generate.mjs'), '--built', '--check'],
  },
];

/** Runs one check; true when it passed. */
export function runCheck(check) {
  const startedMs = performance.now();
  const result = spawnSync(check.command, check.args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  const passed = result.status === 0;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`${passed ? 'ok  ' : 'FAIL'} ${check.name} (${seconds} s)\n`);
  if (!passed) {
    const why = result.error === undefined ? '' : `${result.error.message}\n`;
    process.stdout.write(`${result.stdout ?? ''}${result.stderr ?? ''}${why}`);
  }
  return passed;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    setup();
  } catch (error) {
    // A type error fails the build; the checks below show it with everything else.
    process.stderr.write(`setup: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  const failed = CHECKS.filter((check) => !runCheck(check));
  process.stdout.write(`${CHECKS.length - failed.length} passed, ${failed.length} failed\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
