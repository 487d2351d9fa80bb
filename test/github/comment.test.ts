import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runHere, type PrintedResult } from '../_helpers/run-here.ts';
import { startGithub, type GithubDouble } from './github-double.ts';

let github: GithubDouble;
let directory: string;
beforeAll(async () => {
  github = await startGithub();
  directory = mkdtempSync(join(tmpdir(), 'trueup-comment-'));
});
beforeEach(() => {
  github.reset();
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await github.close();
});

const MARKER = '<!-- trueup:acme:prod -->';
const SHOWN = `${MARKER}\n### trueup plan: \`acme\` / \`prod\`\n\n**Plan: 1 to add.**\n`;
const NOTHING = '<!-- trueup:acme:prod nothing -->\n**No changes.**\n';

async function comment(
  content: string,
  flags: readonly string[] = ['--pr', '7'],
  env: Readonly<Record<string, string>> = {},
): Promise<PrintedResult> {
  writeFileSync(join(directory, 'plan.md'), content);
  return runHere(['comment', 'plan.md', ...flags], {
    cwd: directory,
    env: {
      GITHUB_TOKEN: 'the-token-of-the-run',
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'acme/data',
      TRUEUP_TIMING: 'fast',
      ...env,
    },
  });
}

function eventFile(event: object): Readonly<Record<string, string>> {
  const path = join(directory, 'event.json');
  writeFileSync(path, JSON.stringify(event));
  return { GITHUB_EVENT_PATH: path };
}

describe('trueup comment', () => {
  it('makes a comment, updates it, says nothing twice, and deletes it in the end', async () => {
    expect((await comment(SHOWN)).code).toBe(0);
    expect(github.comments.map((item) => item.body)).toEqual([
      `${MARKER}\n### trueup plan: \`acme\` / \`prod\`\n\n**Plan: 1 to add.**\n\n`,
    ]);
    await comment(SHOWN);
    await comment(SHOWN.replace('1 to add', '2 to add'));
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain('2 to add');
    await comment(NOTHING);
    expect(github.comments).toEqual([]);
    await comment(NOTHING);
    expect(github.writes()).toEqual([
      'POST /issues/7/comments',
      'PATCH /issues/comments/1',
      'DELETE /issues/comments/1',
    ]);
  });

  it('keeps one for each stack and environment', async () => {
    await comment(SHOWN);
    await comment(SHOWN.replace('acme:prod', 'acme:dev'));
    await comment(SHOWN, ['--pr', '7', '--stack', 'other']);
    await comment(SHOWN, ['--pr', '7', '--env', 'dev']);
    expect(github.comments.map((item) => item.body.split('\n')[0])).toEqual([
      '<!-- trueup:acme:prod -->',
      '<!-- trueup:acme:dev -->',
      '<!-- trueup:other:prod -->',
    ]);
  });

  it('touches no comment of another author, whatever its hidden line says', async () => {
    for (const user of [
      { login: 'mallory', type: 'User' },
      { login: 'github-actions[bot]', type: 'User' },
      { login: 'other[bot]', type: 'Bot' },
    ]) {
      github.comments.push(github.remark(SHOWN, user));
    }
    github.comments.push(github.remark(`quoted:\n${SHOWN}`));
    await comment(NOTHING);
    expect(github.writes()).toEqual([]);
    await comment(SHOWN);
    expect(github.writes()).toEqual(['POST /issues/7/comments']);
  });

  it('finds its comment on any page, and leaves one of several', async () => {
    github.comments.push(...Array.from({ length: 250 }, () => github.remark('hello')));
    github.comments.push(github.remark(SHOWN), github.remark(SHOWN));
    await comment(SHOWN.replace('1 to add', '3 to add'));
    expect(github.comments.filter((item) => item.body.startsWith(MARKER))).toHaveLength(1);
    expect(github.calls.filter(({ method }) => method === 'GET')).toHaveLength(3);
  });

  it('takes the file for hostile: markup, mentions, other markers and length', async () => {
    const lines = [
      '@acme/owners look',
      '<img src=x>',
      '<!-- trueup:other:prod -->',
      '[x](https://evil.example)',
    ];
    await comment([MARKER, ...lines, ...Array.from({ length: 9_000 }, () => 'padding')].join('\n'));
    const body = github.comments[0]?.body ?? '';
    expect(body.startsWith(`${MARKER}\n\`@acme/owners look\`\n\n\`<img src=x>\`\n\n`)).toBe(true);
    expect(body).not.toContain('other');
    expect(body).toContain('`[x](https://evil.example)`');
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536);
    expect(body.endsWith('**Cut:** the rest does not fit here.\n')).toBe(true);
  });

  it('reads no file that is too large, nor through a link', async () => {
    const large = await comment('x'.repeat(1_048_577));
    expect([large.code, large.stderr]).toEqual([1, expect.stringContaining('file-unreadable')]);
    writeFileSync(join(directory, 'plan.md'), SHOWN);
    symlinkSync(join(directory, 'plan.md'), join(directory, 'link.md'));
    const linked = await runHere(['comment', 'link.md', '--pr', '7', '--stack', 'acme'], {
      cwd: directory,
      env: { GITHUB_TOKEN: 'x', GITHUB_API_URL: github.url, GITHUB_REPOSITORY: 'acme/data' },
    });
    expect([linked.code, linked.stderr]).toEqual([1, expect.stringContaining('file-unreadable')]);
    expect(github.calls).toEqual([]);
  });

  it('takes the pull request from the event, after another workflow by its commit', async () => {
    await comment(SHOWN, [], eventFile({ pull_request: { number: 12 } }));
    expect(github.writes()).toEqual(['POST /issues/12/comments']);
    github.comments = [];
    const event = eventFile({
      workflow_run: {
        head_sha: 'abc',
        head_branch: 'fix',
        head_repository: { owner: { login: 'fork' } },
      },
    });
    github.pulls = [
      { number: 3, head: { sha: 'older' } },
      { number: 4, head: { sha: 'abc' } },
    ];
    await comment(SHOWN, [], event);
    expect(github.writes().at(-1)).toBe('POST /issues/4/comments');
    expect(github.calls.find(({ path }) => path === '/pulls')?.query.get('head')).toBe('fork:fix');
    github.pulls = [{ number: 4, head: { sha: 'pushed since' } }];
    const late = await comment(SHOWN, [], event);
    expect(late.code).toBe(0);
    expect(github.writes()).toHaveLength(2);
  });

  it('keeps one issue: opened, updated, closed, and opened again', async () => {
    github.issues.push(github.remark(SHOWN, undefined, { pull_request: {} }));
    await comment(SHOWN, ['--issue']);
    await comment(SHOWN.replace('1 to add', '2 to add'), ['--issue']);
    await comment(NOTHING, ['--issue']);
    await comment(NOTHING, ['--issue']);
    await comment(SHOWN, ['--issue']);
    expect(github.issues.map(({ state }) => state)).toEqual(['open', 'closed', 'open']);
    expect(github.issues[1]).toMatchObject({
      title: 'trueup: drift of acme / prod',
      state_reason: 'completed',
    });
  });

  it('says in whose name it is found again, where that is another than was looked for', async () => {
    github.writer = { login: 'ann', type: 'User' };
    expect((await comment(SHOWN)).stderr).toContain('found again only with --author ann');
    const again = await comment(SHOWN, ['--pr', '7', '--author', 'ann']);
    expect(again.stderr).toBe('The comment on #7 says so already.\n');
    expect((await comment(SHOWN, ['--issue'])).stderr).toContain('--author ann');
  });

  it('keeps a comment or an issue, not either', async () => {
    const result = await comment(SHOWN, ['--pr', '7', '--issue']);
    expect([result.code, github.calls]).toEqual([1, []]);
  });

  it('takes an empty file for a failure, not for nothing to say', async () => {
    await comment(SHOWN, ['--issue']);
    const result = await comment('\n', ['--issue', '--stack', 'acme', '--env', 'prod']);
    expect([result.code, result.stderr]).toEqual([1, expect.stringContaining('is empty')]);
    expect(github.issues.map(({ state }) => state)).toEqual(['open']);
  });

  it('takes an answer that is no list for no empty one', async () => {
    github.broken = true;
    const result = await comment(SHOWN);
    expect([result.code, github.writes()]).toEqual([1, []]);
    expect(result.stderr).toContain('[api-response-invalid]');
  });

  it('says what is missing', async () => {
    const cases: readonly (readonly [() => Promise<PrintedResult>, string])[] = [
      [() => comment('no marker'), '--stack'],
      [() => comment(SHOWN, [], eventFile({})), '--pr'],
      [() => comment(SHOWN, ['--pr', '0']), '--pr takes'],
      [() => comment(SHOWN, undefined, { GITHUB_TOKEN: ' ' }), 'GITHUB_TOKEN'],
      [() => comment(SHOWN, undefined, { GITHUB_TOKEN: 'wrong' }), 'Bad credentials'],
      [() => comment(SHOWN, undefined, { GITHUB_REPOSITORY: 'a/b/../c' }), 'GITHUB_REPOSITORY'],
      [() => comment(SHOWN, undefined, { GITHUB_API_URL: 'http://api.example' }), 'only https'],
    ];
    for (const [run, told] of cases) {
      const { code, stderr } = await run();
      expect([code, stderr]).toEqual([1, expect.stringContaining(told)]);
    }
    expect(github.writes()).toEqual([]);
  });
});
