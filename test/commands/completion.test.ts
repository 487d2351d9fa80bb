import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCompleted } from '../../src/commands/complete-value.ts';
import { programTree } from '../../src/commands/program.ts';
import { runHere } from '../_helpers/run-here.ts';

const FILES = {
  'trueup.yaml': 'stack: shop\nvariables: { region: { default: x }, stage: { default: y } }\n',
  // With a mistake: names are looked for while a manifest is being written.
  'main.yaml': `
workspaceGroups:
  main: { adminPassword: { fromEnv: NOT_SET } }
workspaces: { app: { workspaceGroup: mian }, old: { } }
spice: { apps: { site: } }
outputs: { endpoint: { value: x } }
`,
  'environments/prod.yaml': 'workspaces: { old: null, big: {} }',
  'environments/dev.yaml': '{}',
  'environments/$(touch x).yaml': '{}',
};

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'trueup-completion-'));
  mkdirSync(join(directory, 'environments'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function complete(...words: string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runHere(['__complete', '--', ...words], {
    cwd: directory,
    env: {},
  });
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t')[0] ?? '');
}

describe('what may stand in place of a word', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['pl'], ['plan']],
    [['__c'], []],
    [['state', 'r'], ['rm']],
    [['help', 'stat'], ['state']],
    [['plan', '--log-l'], ['--log-level']],
    [
      ['plan', '--log-level', ''],
      ['trace', 'debug', 'info', 'warn'],
    ],
    [['plan', '--format=m'], ['--format=markdown']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['emulate', 's'],
      ['singlestore', 'spice'],
    ],
    [
      ['schema', 'app'],
      ['apps', 'appSecrets'],
    ],
    [['plan', ''], [':directories']],
    [['plan', '--var-file', 'x'], [':files']],
    [['plan', '--emulate=x'], [':directories']],
    // What follows it is an argument.
    [['plan', '--emulate', ''], [':directories']],
    [['plan', '--env', 'p'], ['prod']],
    [
      ['plan', '--env='],
      ['--env=dev', '--env=prod', '--env=-'],
    ],
    [
      ['plan', '--var', 'r'],
      [':nospace', 'region='],
    ],
    [['output', ''], ['endpoint']],
    [
      ['apply', '--allow', 'l'],
      [':nospace', 'lockout='],
    ],
    [['plan', '--rate', ''], []],
    [['nonsense', ''], expect.arrayContaining(['plan', 'apply'])],
  ])('%j: %j', async (words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });

  it('is an address of the manifests, in full, or short once it is begun', async () => {
    const all = [
      'singlestore.workspaceGroups.main',
      'singlestore.workspaces.app',
      'singlestore.workspaces.old',
      'spice.apps.site',
    ];
    expect(await complete('plan', '--target', '')).toEqual(all);
    expect(await complete('state', 'show', 'singlestore.')).toEqual(all.slice(0, 3));
    expect(await complete('state', 'rm', 'x', 'app')).toEqual(['apps.site']);
    expect(await complete('apply', '--allow', 'data-loss=works')).toEqual([
      'data-loss=workspaceGroups.main',
      'data-loss=workspaces.app',
      'data-loss=workspaces.old',
    ]);
    expect(await complete('plan', '--send', 'work')).toEqual([
      'workspaceGroups.main.adminPassword',
    ]);
  });

  it('of the state may be what no entry stands for any more', async () => {
    const folder = join(directory, '.trueup', 'prod');
    mkdirSync(folder, { recursive: true });
    const state = { resources: { 'singlestore.teams.gone': {} } };
    writeFileSync(join(folder, 'state.json'), JSON.stringify(state));
    expect(await complete('state', 'rm', '--env', 'prod', 'singlestore.t')).toEqual([
      'singlestore.teams.gone',
    ]);
    expect(await complete('state', 'rm', 'singlestore.t')).toEqual([]);
    expect(await complete('plan', '--env', 'prod', '--target', 'singlestore.t')).toEqual([]);
  });

  it('is of the environment that was chosen', async () => {
    expect(await complete('plan', '--env', 'prod', '--replace', 'workspaces.')).toEqual([
      'workspaces.app',
      'workspaces.big',
    ]);
  });

  it('is of the directory that was named', async () => {
    const elsewhere = { cwd: tmpdir(), env: {} };
    const words = ['__complete', '--', 'plan', directory, '--env', 'd'];
    expect((await runHere(words, elsewhere)).stdout).toBe('dev\n');
    const named = ['__complete', '--', 'output', '--dir', directory, ''];
    expect((await runHere(named, elsewhere)).stdout).toBe('endpoint\n');
  });

  it('is nothing, without a word, where there is no stack or it cannot be read', async () => {
    writeFileSync(join(directory, 'broken.yaml'), 'workspaces: { : [\n');
    expect(await complete('plan', '--target', 'workspaces.a')).toEqual(['workspaces.app']);
    rmSync(join(directory, 'broken.yaml'));
    const nowhere = await runHere(['__complete', '--', 'plan', '--env', ''], {
      cwd: join(directory, 'environments'),
      env: {},
    });
    expect(nowhere).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('is known of every value that a command takes, or the value is free text', () => {
    const lost = values(programTree()).filter(({ is }) => !isCompleted(is));
    expect(lost.map(({ place }) => place)).toEqual([]);
  });
});

interface Value {
  readonly place: string;
  readonly is: Parameters<typeof isCompleted>[0];
}

function values(command: Command): readonly Value[] {
  const options = command.options.filter((option) => option.required || option.optional);
  return [
    ...options.map((option) => ({
      place: `${command.name()} ${option.flags}`,
      is: { command, option },
    })),
    ...command.registeredArguments.map((argument) => ({
      place: `${command.name()} ${argument.name()}`,
      is: { command, argument },
    })),
    ...command.commands.filter((sub) => sub.name() !== '__complete').flatMap(values),
  ];
}

/** Presses TAB: what bash would do with its words, with a program that answers what it is told. */
function pressTab(line: string, answer: string): { asked: string[]; replies: string[] } {
  const bin = join(directory, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'answer'), answer);
  writeFileSync(
    join(bin, 'trueup'),
    `#!/bin/sh\nprintf '%s\\n' "$@" >'${bin}/asked'\ncat '${bin}/answer'\n`,
  );
  chmodSync(join(bin, 'trueup'), 0o755);
  const words = line.match(/[=:]|[^\s=:]+|\s+$/g) ?? [];
  const quoted = words.map((word) => `'${word.trim()}'`).join(' ');
  const script = `source "$1"
COMP_WORDS=(${quoted}) COMP_CWORD=${words.length - 1} COMP_LINE='${line}' COMP_POINT=${line.length}
_trueup
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const result = spawnSync('bash', ['--norc', '-c', script, 'bash', join(directory, 'bash.sh')], {
    cwd: directory,
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
  });
  expect([result.status, result.stderr]).toEqual([0, '']);
  const asked = readFileSync(join(bin, 'asked'), 'utf8').trimEnd().split('\n');
  return { asked: asked.slice(2), replies: result.stdout.trimEnd().split('\n') };
}

describe('the script for bash', () => {
  beforeAll(async () => {
    const { stdout } = await runHere(['completion', 'bash'], { cwd: directory, env: {} });
    writeFileSync(join(directory, 'bash.sh'), stdout);
  });

  it.each<[string, string, readonly string[], readonly string[]]>([
    ['trueup pl', 'plan\tshow\n', ['pl'], ['plan']],
    ['trueup plan --env=p', '--env=prod\n', ['plan', '--env=p'], ['prod']],
    ['trueup plan --env=', '--env=dev\n', ['plan', '--env='], ['dev']],
    [
      'trueup apply --allow data-loss=a',
      'data-loss=a.b\n',
      ['apply', '--allow', 'data-loss=a'],
      ['a.b'],
    ],
    ['trueup plan --var-file main.', ':files\n', ['plan', '--var-file', 'main.'], ['main.yaml']],
    ['trueup plan env', ':directories\n', ['plan', 'env'], ['environments']],
    ['trueup plan --x', '$(touch x)\n', ['plan', '--x'], ['$(touch x)']],
  ])('%s', (line, answer, asked, replies) => {
    expect(pressTab(line, answer)).toEqual({ asked, replies });
  });

  it('asks for a word that has not begun', () => {
    const { replies } = pressTab('trueup plan --env ', 'dev\nprod\n');
    expect(replies).toEqual(['dev', 'prod']);
  });
});

describe.each([
  ['bash', ['-n']],
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
])('%s', (shell, args) => {
  it.skipIf(spawnSync(shell, ['--version']).status !== 0)('reads its script', async () => {
    const { code, stdout } = await runHere(['completion', shell], { cwd: directory, env: {} });
    expect(code).toBe(0);
    const path = join(directory, `script.${shell}`);
    writeFileSync(path, stdout);
    expect(spawnSync(shell, [...args, path], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  it('is told a shell that it does not know', async () => {
    const { code, stderr } = await runHere(['completion', `${shell}x`], {
      cwd: directory,
      env: {},
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining('Allowed choices are bash, zsh')]);
  });
});
