// Starts the built emulator as a process of its own, for the demo, the examples and the benchmarks.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../setup.mjs';

const startDeadlineMs = 15_000;

/** The built command line program. */
export const cli = join(root, 'dist', 'src', 'cli.js');

/** The environment without any account, setting or option of the caller's shell. */
export function cleanEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:SINGLESTOREDB_|SPICEAI_|TRUEUP_|FORCE_COLOR$|NODE_OPTIONS$)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

/**
 * Starts `trueup emulate singlestore` on a free port and resolves when it listens, with its URL
 * and a function that ends it. `quiet` leaves its own messages out.
 */
export async function startEmulator({ args = [], env = cleanEnvironment(), quiet = false } = {}) {
  const child = spawn(process.execPath, [cli, 'emulate', 'singlestore', '--port', '0', ...args], {
    env,
    stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'],
  });
  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        resolve();
        return;
      }
      const kill = setTimeout(() => child.kill('SIGKILL'), 5000);
      child.once('exit', () => {
        clearTimeout(kill);
        resolve();
      });
      child.kill('SIGTERM');
    });
  try {
    const url = await firstUrl(child);
    return { url, pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The URL in the first line `{"url":"http://127.0.0.1:PORT"}` of the emulator's output. */
function firstUrl(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    const late = setTimeout(
      () => reject(new Error(`the emulator did not start within ${startDeadlineMs} ms`)),
      startDeadlineMs,
    );
    const done = (settle, value) => {
      clearTimeout(late);
      settle(value);
    };
    child.once('error', (error) => done(reject, error));
    child.once('exit', (code) => done(reject, new Error(`the emulator ended with ${code}`)));
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const line = text.includes('\n') ? text.slice(0, text.indexOf('\n')) : undefined;
      if (line === undefined) return;
      try {
        done(resolve, new URL(JSON.parse(line).url).origin);
      } catch (error) {
        done(reject, new Error(`the emulator said ${line}`, { cause: error }));
      }
    });
  });
}

/** Runs trueup and resolves with its exit code and output; `echo` also shows the output. */
export function runTrueup(args, { cwd, env, echo = false, deadlineMs = 120_000 }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: deadlineMs,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk;
      if (echo) process.stdout.write(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk;
      if (echo) process.stderr.write(chunk);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: code ?? signal, stdout, stderr }));
  });
}
