// Makes a checkout ready to run: installs the locked dependencies and builds, each only when
// needed. Plain Node, so that it works where nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this script belongs to. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const modules = join(root, 'node_modules');
const installStamp = join(modules, '.trueup-install.json');
const dist = join(root, 'dist');
const buildStamp = join(dist, '.build.json');
const nodeMajor = Number(process.versions.node.split('.')[0]);

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Files below a folder of the checkout, sorted, as paths from the root. */
function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted();
}

function run(command, args) {
  // npm is a script on Windows, which only a shell starts.
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${result.status ?? result.signal}`);
  }
}

/** Whether node_modules, installed by hand, already holds what the lock file asks for. */
function installedMatchesLock() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(modules, '.package-lock.json'))?.packages;
  if (wanted === undefined || installed === undefined) return false;
  return (
    Object.entries(wanted).every(([path, entry]) => {
      const found = installed[path];
      return (
        path === '' || (found === undefined ? entry.optional : found.version === entry.version)
      );
    }) && Object.keys(installed).every((path) => path in wanted)
  );
}

function install() {
  const lock = hashOf(['package-lock.json']);
  const stamp = readJson(installStamp);
  const current = stamp?.lock === lock && stamp?.nodeMajor === nodeMajor;
  if (current) return 'up to date';
  const known = stamp === undefined && installedMatchesLock();
  if (!known) run('npm', ['ci', '--no-audit', '--no-fund']);
  writeFileSync(installStamp, `${JSON.stringify({ lock, nodeMajor })}\n`);
  return known ? 'up to date' : 'installed';
}

/** Compiled files whose source is gone would still be found by imports and tests. */
function removeStaleOutputs() {
  for (const file of filesBelow('dist')) {
    const source = /^dist[\\/](.+?)\.(?:js|js\.map|d\.ts)$/.exec(file)?.[1];
    if (source !== undefined && !existsSync(join(root, `${source}.ts`))) {
      rmSync(join(root, file), { force: true });
    }
  }
}

function build() {
  const sources = hashOf(
    ['package-lock.json', 'tsconfig.json', ...filesBelow('src'), ...filesBelow('test')].filter(
      (file) => /\.(?:ts|json)$/.test(file),
    ),
  );
  if (readJson(buildStamp)?.sources === sources) return 'up to date';
  mkdirSync(dist, { recursive: true });
  rmSync(buildStamp, { force: true });
  run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']);
  removeStaleOutputs();
  writeFileSync(buildStamp, `${JSON.stringify({ sources })}\n`);
  return 'built';
}

/** Installs and builds what is missing or outdated; throws when either fails. */
export function setup() {
  const installed = install();
  const built = build();
  process.stderr.write(`setup: dependencies ${installed}, build ${built}\n`);
  return { installed, built };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setup();
  } catch (error) {
    process.stderr.write(`setup: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
