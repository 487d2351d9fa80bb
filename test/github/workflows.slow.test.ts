import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../src/emulator/server.ts';
import {
  createSingleStoreEmulator,
  type SingleStoreEmulator,
} from '../../src/emulator/singlestore/index.ts';
import { createSystemClock } from '../../src/http/system-clock.ts';
import { startGithub, type GithubDouble } from './github-double.ts';
import { createRunner, type RunOptions, type Runner, type RunResult } from './runner.ts';

const STACK = {
  'trueup.yaml': 'stack: acme\n',
  'main.yaml': `teams:
  analysts: { description: Reads reports }
  writers: { description: Writes reports }
`,
};
const SECRETS = { SINGLESTOREDB_API_KEY: 'the-key', TRUEUP_STATE_KEY: 'the key of the state' };
const PULL_REQUEST = { eventName: 'pull_request', event: { pull_request: { number: 7 } } };
const HEAD = 'a'.repeat(40);
const AFTER_PREVIEW = {
  eventName: 'workflow_run',
  event: {
    workflow_run: {
      id: 4711,
      event: 'pull_request',
      conclusion: 'success',
      head_sha: HEAD,
      head_branch: 'more-teams',
      head_repository: { id: 1, owner: { login: 'fork' } },
    },
  },
};
const MERGED = { eventName: 'push', event: {}, secrets: SECRETS, flags: '--rate=1000' };
const NIGHT = { eventName: 'schedule', event: {}, secrets: SECRETS, flags: '--rate=1000' };

describe('from checkout to comment, apply and drift', () => {
  let github: GithubDouble;
  let emulator: SingleStoreEmulator;
  let server: { readonly url: string; close(): Promise<void> };
  let runner: Runner;
  beforeAll(async () => {
    github = await startGithub();
    emulator = createSingleStoreEmulator({ clock: createSystemClock(), seed: 7, timing: 'none' });
    server = await serve(emulator);
    runner = createRunner({
      GITHUB_API_URL: github.url,
      SINGLESTOREDB_MANAGEMENT_BASE_URL: server.url,
      TRUEUP_TIMING: 'fast,settleMsMin=0,listLagMs=1,pollMs=1',
    });
    check(STACK);
    github.pulls = [{ number: 7, merged_at: '2026-01-02T03:04:05Z', head: { sha: HEAD } }];
    github.runs = [{ id: 4711 }];
  });
  afterAll(async () => {
    runner.remove();
    await server.close();
    emulator.close();
    await github.close();
  });

  const check = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(runner.workspace, name), text);
    }
  };
  const done = async (file: string, options: RunOptions): Promise<RunResult> => {
    const result = await runner.run(file, options);
    expect(result.ok, result.log).toBe(true);
    return result;
  };
  const teams = (): readonly unknown[] =>
    emulator.control
      .snapshot()
      .filter((item) => item.type === 'team')
      .map(({ fields }) => fields['name'])
      .filter((name) => ['analysts', 'writers', 'new'].some((own) => own === name));

  it('previews without a secret and without asking the account', async () => {
    const before = emulator.log.length;
    const { summary, outputs } = await done('preview.yml', PULL_REQUEST);
    expect(emulator.log).toHaveLength(before);
    expect(summary).toContain('**Plan: 2 to add, 0 to change, 0 to destroy.**');
    expect(summary).toContain('Planned offline without a state yet');
    expect(
      outputs.find((item) => item['changes'] !== undefined && item['risk'] === 'none'),
    ).toMatchObject({
      changes: '2',
      add: '2',
      change: '0',
      destroy: '0',
    });
    expect(Object.keys(runner.artifacts.get('trueup-preview') ?? {})).toEqual([
      'plan.md',
      'plan.json',
    ]);
  });

  it('comments what the preview left, as what anybody may have written', async () => {
    const files = runner.artifacts.get('trueup-preview') ?? {};
    const spoilt = `${files['plan.md'] ?? ''}\n@acme/owners <img src=x>\n`;
    runner.artifacts.set('trueup-preview', { ...files, 'plan.md': spoilt });
    await done('comment.yml', AFTER_PREVIEW);
    expect(github.writes()).toEqual(['POST /issues/7/comments']);
    const [comment] = github.comments;
    expect(comment?.body).toContain('**Plan: 2 to add, 0 to change, 0 to destroy.**');
    expect(comment?.body).toContain('`@acme/owners <img src=x>`');
    const failed = { ...AFTER_PREVIEW.event.workflow_run, conclusion: 'failure' };
    const skipped = await runner.run('comment.yml', {
      ...AFTER_PREVIEW,
      event: { workflow_run: failed },
    });
    expect(skipped.skipped).toBe(true);
  });

  it('applies after the merge what was shown, and stops, naming it, at what was not', async () => {
    check({
      'main.yaml': `${STACK['main.yaml']}  new: { description: Came with another merge }\n`,
    });
    const stopped = await runner.run('apply.yml', MERGED);
    expect(stopped.ok).toBe(false);
    expect(stopped.log).toMatch(/^::error title=trueup%3A plan-file-stale::.*teams\.new is new/m);
    expect(teams()).toEqual([]);
    check(STACK);
    const { summary } = await done('apply.yml', MERGED);
    expect(teams()).toEqual(['analysts', 'writers']);
    expect(summary).toContain('**Apply: 2 applied, 0 failed');
  });

  it('applies nothing that came without a pull request', async () => {
    github.pulls = [];
    const stopped = await runner.run('apply.yml', MERGED);
    expect([stopped.ok, stopped.log]).toEqual([
      false,
      '::error::this commit came without a pull request: nobody has seen its plan\n',
    ]);
  });

  it('keeps one issue while there is drift, and closes it', async () => {
    const team = emulator.control.snapshot().find(({ fields }) => fields['name'] === 'analysts');
    const set = (description: string): unknown =>
      emulator.control.mutate({
        op: 'set',
        type: 'team',
        id: team?.id ?? '',
        fields: { description },
      });
    set('Changed by hand');
    await done('drift.yml', NIGHT);
    expect(github.issues).toHaveLength(1);
    expect(github.issues[0]?.body).toContain('Changed by hand');
    expect(github.issues[0]?.title).toBe('trueup: drift of acme');
    set('Reads reports');
    await done('drift.yml', NIGHT);
    expect(github.issues.map(({ state }) => state)).toEqual(['closed']);
  });
});
