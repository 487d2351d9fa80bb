// Runs a program to its end and tells what it cost: wall time, processor time, peak memory.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const gnuTime = '/usr/bin/time';

/**
 * `{ code, wallS, cpuS, peakMiB, stdout, stderr }`; `cpuS` and `peakMiB` are undefined where GNU
 * time is not installed. Ends a program that runs longer than `deadlineMs`, its code is then
 * `'timeout'`.
 */
export async function measure(command, args, { cwd, env, deadlineMs }) {
  const directory = mkdtempSync(join(tmpdir(), 'trueup-time-'));
  const file = join(directory, 'time');
  const timed = existsSync(gnuTime);
  const words = timed
    ? [gnuTime, '-f', '%e %U %S %M', '-o', file, command, ...args]
    : [command, ...args];
  try {
    const startedMs = performance.now();
    const result = await run(words, { cwd, env, deadlineMs });
    const wallS = (performance.now() - startedMs) / 1000;
    // A first line says so when the program ended with another code than 0.
    const last =
      timed && existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').at(-1) : '';
    const [, user, system, peakKiB] = last.split(' ').map(Number);
    const known = Number.isFinite(peakKiB);
    return {
      ...result,
      wallS,
      cpuS: known ? user + system : undefined,
      peakMiB: known ? peakKiB / 1024 : undefined,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function run(words, { cwd, env, deadlineMs }) {
  return new Promise((resolve, reject) => {
    const [command, ...args] = words;
    // A group of its own, so that the deadline reaches the program below `time` as well.
    const child = spawn(command, args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let late = false;
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, deadlineMs);
    child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: late ? 'timeout' : (code ?? signal), stdout, stderr });
    });
  });
}
