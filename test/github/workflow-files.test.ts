import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { describe, expect, it } from 'vitest';
import { root } from '../_helpers/cli.ts';
import { readWorkflow, stepOfAction } from './runner.ts';

const FILES = ['preview.yml', 'comment.yml', 'apply.yml', 'drift.yml'] as const;
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the workflow files', () => {
  it.each(FILES)('%s holds to the published schema of workflows', (file) => {
    expect(validateWorkflow(textOf(`examples/github/${file}`)).errors).toEqual([]);
  });

  it('action.yml holds to the published schema of actions', () => {
    expect(validateAction(textOf('action.yml')).errors).toEqual([]);
  });

  it('are checked by something that finds mistakes', () => {
    const wrong = textOf('examples/github/drift.yml').replace('runs-on:', 'run-on:');
    expect(validateWorkflow(wrong).errors).not.toEqual([]);
    const shellless = textOf('action.yml').replace('shell: bash', 'shel: bash');
    expect(validateAction(shellless).errors).not.toEqual([]);
  });

  it('pin the actions of others by full commit, and never run with the rights of the target', () => {
    for (const file of FILES) {
      const text = textOf(`examples/github/${file}`);
      expect(text).not.toContain('pull_request_target');
      const uses = [...text.matchAll(/uses: (\S+)(.*)/g)];
      expect(uses.length).toBeGreaterThan(0);
      for (const [, action = '', note = ''] of uses) {
        if (action === 'OWNER/trueup@FULL_COMMIT_SHA') continue;
        expect(action).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
        expect(note).toMatch(/^ # v\d+\.\d+\.\d+$/);
      }
    }
  });

  it('have the least rights, and what runs the code of a pull request no secret', () => {
    const rights = FILES.map((file) => {
      const { permissions, jobs } = readWorkflow(file);
      return [file, permissions, ...Object.values(jobs).map((job) => job.permissions)];
    });
    expect(rights).toEqual([
      ['preview.yml', { contents: 'read' }, undefined],
      ['comment.yml', {}, { actions: 'read', 'pull-requests': 'write' }],
      ['apply.yml', {}, { contents: 'write', actions: 'read', 'pull-requests': 'read' }],
      ['drift.yml', {}, { contents: 'read', issues: 'write' }],
    ]);
    expect(textOf('examples/github/preview.yml')).not.toContain('secrets.');
    expect(textOf('examples/github/comment.yml')).not.toMatch(/secrets\.|checkout@/);
  });

  it('put nothing that others choose into a script', () => {
    for (const file of [...FILES.map((name) => `examples/github/${name}`), 'action.yml']) {
      const scripts = textOf(file).match(/run: \|\n(?: {8,}.*\n|\n)+/g) ?? [];
      for (const script of scripts) expect(script).not.toContain('${{');
    }
  });
});

const judge = (failOn: string, exitCode: number, changes: number, risk: string): number | null =>
  spawnSync('bash', ['-eo', 'pipefail', '-c', stepOfAction('Judge')], {
    env: {
      FAIL_ON: failOn,
      EXIT_CODE: String(exitCode),
      CHANGES: String(changes),
      RISK: risk,
    },
  }).status;

describe('fail-on of the action', () => {
  it.each([
    ['error', 0, 3, 'data-loss', 0],
    ['error', 2, 3, 'none', 0],
    ['error', 1, 0, 'none', 1],
    ['error', 5, 0, 'none', 5],
    ['changes', 0, 0, 'none', 0],
    ['changes', 2, 1, 'none', 2],
    ['lockout', 0, 1, 'downtime', 0],
    ['lockout', 0, 1, 'lockout', 4],
    ['lockout', 0, 1, 'data-loss', 4],
    ['restart', 0, 1, 'none', 0],
    ['data-loss', 6, 1, 'none', 6],
    ['data-los', 0, 0, 'none', 1],
  ] as const)('%s after exit code %d, %d changes, risk %s: exit %d', (...given) => {
    const [failOn, exitCode, changes, risk, ended] = given;
    expect(judge(failOn, exitCode, changes, risk)).toBe(ended);
  });
});
