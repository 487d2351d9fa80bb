import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import { stackSchema } from '../manifest/stack-schema.ts';
import { kindTable, PROVIDERS } from '../providers/registry.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';

const SETTINGS = (name: string): string => `# yaml-language-server: $schema=./.trueup-schema.json
stack: ${name}
variables:
  region: { type: string, default: us-east-1 }
`;

const MAIN = `# yaml-language-server: $schema=./.trueup-schema.json
workspaceGroups:
  main:
    provider: AWS
    regionName: \${var.region}
    firewallRanges: [203.0.113.0/24]
workspaces:
  app:
    workspaceGroup: main
    size: S-00
    autoSuspend: { suspendType: IDLE, suspendAfterSeconds: 1800 }
teams:
  analysts:
    description: Reads reports
outputs:
  app-endpoint: { value: "\${workspaces.app.endpoint}" }
`;

/** `trueup init`: writes a small working stack, `.gitignore`, and the schema for the editor. */
export function runInit(io: CommandIo, directory: string): Promise<Endings> {
  const path = resolve(io.cwd, directory);
  if (existsSync(join(path, 'trueup.yaml'))) {
    throw new TrueupError('usage', `there is a stack in ${directory} already`);
  }
  mkdirSync(path, { recursive: true });
  const written: string[] = [];
  const write = (name: string, text: string): void => {
    writeFileSync(join(path, name), text);
    written.push(name);
  };
  write('trueup.yaml', SETTINGS(stackName(path)));
  if (!existsSync(join(path, 'main.yaml'))) write('main.yaml', MAIN);
  write('.trueup-schema.json', `${JSON.stringify(stackSchema(kindTable(PROVIDERS)), null, 2)}\n`);
  const ignored = ignoreState(join(path, '.gitignore'));
  if (ignored) written.push('.gitignore');
  const where = directory === '.' ? '' : ` ${directory}`;
  io.stdout.write(
    `Wrote ${written.join(', ')}.\nTry it without an account:  trueup plan --emulate${where}\n`,
  );
  return Promise.resolve(DONE);
}

function stackName(path: string): string {
  const name = basename(path)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '');
  return name === '' ? 'stack' : name;
}

/** Keeps the state out of Git; true when the file was changed. */
function ignoreState(path: string): boolean {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (before.split('\n').some((line) => line.trim() === '.trueup/')) return false;
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  writeFileSync(path, `${before}${gap}.trueup/\n`);
  return true;
}
