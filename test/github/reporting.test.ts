import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import { annotationLine, outputLines } from '../../src/views/github/workflow-command.ts';
import { createCommandWorld, type CommandWorld } from '../_helpers/in-process.ts';
import { readOutputs } from './runner.ts';

let world: CommandWorld;
let files: string;
beforeAll(async () => {
  world = await createCommandWorld();
  files = mkdtempSync(join(tmpdir(), 'trueup-summary-'));
});
beforeEach(() => {
  world.reset();
  for (const name of ['summary', 'output']) writeFileSync(join(files, name), '');
  world.env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: join(world.directory, '..'),
    GITHUB_STEP_SUMMARY: join(files, 'summary'),
    GITHUB_OUTPUT: join(files, 'output'),
  };
});
afterAll(async () => {
  rmSync(files, { recursive: true, force: true });
  await world.close();
});

const summary = (): string => readFileSync(join(files, 'summary'), 'utf8');
const outputs = (): Record<string, string> =>
  readOutputs(readFileSync(join(files, 'output'), 'utf8'));
const TEAMS = {
  'trueup.yaml': 'stack: acme\n',
  'main.yaml': 'teams:\n  a: { description: One }\n  b: { description: Two }\n',
};

describe('what a run tells GitHub unasked', () => {
  it('is summary and outputs of plan, apply and drift', async () => {
    world.write(TEAMS);
    await world.done('plan');
    expect(outputs()).toEqual({ changes: '2', add: '2', change: '0', destroy: '0', risk: 'none' });
    expect(summary()).toContain('### trueup plan: `acme`');
    await world.done('apply', '--auto-approve');
    expect(summary()).toContain(
      '**Apply: 2 applied, 0 failed, 0 blocked, 0 skipped, 0 not started.**',
    );
    await world.done('drift');
    expect(outputs()).toEqual({ changes: '0', add: '0', change: '0', destroy: '0', risk: 'none' });
    expect(summary()).toContain('### trueup drift: `acme`');
    expect(summary().match(/^### /gm)).toHaveLength(3);
  });

  it('is nothing outside of GitHub, and no reason to fail', async () => {
    world.write(TEAMS);
    const inside = world.env;
    world.env = { ...inside, GITHUB_ACTIONS: '' };
    const { stderr } = await world.done('plan');
    expect([stderr, summary(), readFileSync(join(files, 'output'), 'utf8')]).toEqual(['', '', '']);
    world.env = { ...inside, GITHUB_OUTPUT: join(files, 'no', 'such', 'file') };
    await world.done('plan');
  });

  it('adds to a summary no more than GitHub shows', async () => {
    world.write(TEAMS);
    writeFileSync(join(files, 'summary'), 'x'.repeat(1_048_576 - 2_500));
    await world.done('plan');
    expect(summary()).toContain('### trueup plan');
    expect(Buffer.byteLength(summary())).toBeLessThanOrEqual(1_048_576);
    writeFileSync(join(files, 'summary'), 'x'.repeat(1_048_576 - 100));
    await world.done('plan');
    expect(summary()).not.toContain('trueup');
  });

  it('is validate’s one line', async () => {
    world.write(TEAMS);
    await world.done('validate');
    expect(summary()).toBe('The stack `acme` is valid: 2 resources.\n\n');
  });

  it('shows mistakes beside their lines in the repository, ten of a kind at most', async () => {
    world.write({
      ...TEAMS,
      'main.yaml': `teams:\n${Array.from({ length: 14 }, (_, index) => `  t${index}: { descr: x }\n`).join('')}`,
    });
    const { code, stderr } = await world.run('validate');
    expect(code).toBe(1);
    const lines = stderr.split('\n').filter((line) => line.startsWith('::'));
    expect(lines[0]).toMatch(
      /^::error file=stack\/main\.yaml,line=2,col=9,title=trueup%3A schema-unknown-field::/,
    );
    const beside = lines.filter((line) => line.includes('file='));
    expect(beside).toHaveLength(10);
  });

  it('leaves the results on stdout as they are', async () => {
    world.write(TEAMS);
    const inside = await world.done('plan', '--format', 'json');
    expect(inside.stdout.startsWith('{')).toBe(true);
    expect(inside.stdout).not.toContain('::');
  });
});

describe('an annotation', () => {
  const diagnostic: Diagnostic = {
    code: 'api-error',
    severity: 'warning',
    message: '100%\n::set-output name=risk::none',
    hint: 'a, b: c',
    position: { file: 'x,line=9::y.yaml', line: 3, column: 4 },
    address: 'singlestore.teams.a',
  };

  it('is one line, of which nothing ends it or adds to it', () => {
    expect(annotationLine(diagnostic, 'stacks/a,b/')).toBe(
      '::warning file=stacks/a%2Cb/x%2Cline=9%3A%3Ay.yaml,line=3,col=4,title=trueup%3A api-error' +
        '::100%25\\n::set-output name=risk::none (singlestore.teams.a)%0Aa, b: c',
    );
  });
});

describe('outputs', () => {
  it('end where they are meant to, whatever they hold', () => {
    const value = 'one\nrisk=none\nrisk<<word\nnone\nword';
    expect(readOutputs(outputLines({ risk: 'data-loss', other: value }, 'trueup_1'))).toEqual({
      risk: 'data-loss',
      other: value,
    });
  });
});
