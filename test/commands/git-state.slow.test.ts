import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCommandWorld, type CommandWorld } from '../_helpers/in-process.ts';
import { createGitRemote, GIT_ENV, type GitRemote } from '../_helpers/git-remote.ts';

const FILES = {
  'trueup.yaml': 'stack: acme\nstate: { backend: git }\n',
  'main.yaml': `teams:
  readers: { description: Reads, members: { users: [], teams: [] } }
  writers: { description: Writes, members: { users: [], teams: [] } }
`,
};

/** Acceptance of the state in git: two clones of one bare repository, with the system's git. */
describe('two clones of one bare repository', () => {
  let world: CommandWorld;
  let remote: GitRemote;
  beforeAll(async () => {
    world = await createCommandWorld();
  });
  afterAll(async () => {
    await world.close();
  });
  beforeEach(() => {
    world.reset();
    remote = createGitRemote((directory) => {
      for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
      writeFileSync(join(directory, '.gitignore'), '.trueup/\n');
    });
    world.env = { ...GIT_ENV };
    return () => {
      remote.remove();
    };
  });

  it('share one state: what one applied, the other plans from', async () => {
    const [one, two] = [remote.clone('one'), remote.clone('two', 'shallow')];
    const applied = await world.done('apply', one, '--auto-approve');
    expect(applied.writes.length).toBeGreaterThanOrEqual(2);
    const planned = await world.run('plan', two, '--detailed-exitcode');
    expect([planned.code, planned.stderr, planned.writes]).toEqual([0, '', []]);
    expect(planned.stdout).toContain('No changes.');
    expect(remote.git(two, 'status', '--porcelain')).toBe('');
    const listed = await world.done('state', 'list', '--dir', two);
    expect(listed.stdout).toBe('singlestore.teams.readers\nsinglestore.teams.writers\n');
  });

  it('do not apply at once: one does, the other exits 6, and nothing is there twice', async () => {
    const clones = [remote.clone('one'), remote.clone('two', 'shallow')];
    const ends = await Promise.all(
      clones.map((clone) => world.run('apply', clone, '--auto-approve')),
    );
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([0, 6]));
    expect(ends.map(({ stderr }) => stderr).join('')).toContain('[state-locked]');
    const names = world.emulator.control
      .snapshot()
      .filter(({ type }) => type === 'team')
      .map(({ fields }) => JSON.stringify(fields['name']))
      .filter((name) => ['"readers"', '"writers"'].includes(name));
    expect(names.toSorted()).toEqual(['"readers"', '"writers"']);
  });

  it('give git none of the credentials, and the state nothing of the key', async () => {
    const clone = remote.clone('one');
    const bin = join(remote.directory, 'bin');
    const log = join(remote.directory, 'environment.txt');
    mkdirSync(bin);
    const real = GIT_ENV['PATH'] ?? '';
    const script = `#!/bin/sh\nenv >> ${log}\nPATH='${real}' exec git "$@"\n`;
    writeFileSync(join(bin, 'git'), script);
    chmodSync(join(bin, 'git'), 0o755);
    world.env = { ...GIT_ENV, PATH: `${bin}:${real}`, TRUEUP_VAR_x: 'a-value-of-a-variable' };
    await world.done('apply', clone, '--auto-approve');
    const seen = readFileSync(log, 'utf8');
    expect(seen).toContain('GIT_TERMINAL_PROMPT=0');
    expect(seen).not.toMatch(/a-key-of-the-tests|TRUEUP_|a state key|a-value-of/);
    const state = remote.git(remote.bare, 'show', 'refs/trueup/acme/default:state.json');
    expect(state).toContain('"signature": "hmac-sha256:');
    expect(state).not.toMatch(/a-key-of-the-tests|a state key/);
  });
});
