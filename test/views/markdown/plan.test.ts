import { describe, expect, it } from 'vitest';
import type { Plan, ResourceChange } from '../../../src/planner/plan.ts';
import type { Risk } from '../../../src/core/risk.ts';
import { renderMarkdownPlan } from '../../../src/views/markdown/plan.ts';
import { change, plan } from '../../_helpers/plan-builder.ts';
import { PLANS, PLANTED } from '../plans.ts';

const shown = (name: string): string => renderMarkdownPlan(PLANS[name] ?? plan([]), 'plan');
const aboveTheFold = (markdown: string): string => markdown.split('<details>')[0] ?? '';

/** So many changes over four types; every tenth has the risk. */
function many(size: number, risks: readonly Risk[], share = 10): ResourceChange[] {
  return Array.from({ length: size }, (_, index) => {
    const type = ['workspaces', 'teams', 'secrets', 'roles'][index % 4] ?? '';
    const risk = index % share === 0 ? (risks[(index / share) % risks.length] ?? 'none') : 'none';
    return change({
      address: `singlestore.${type}.resource-number-${index}`,
      action: risk === 'none' ? 'create' : 'delete',
      after: { name: `resource-number-${index}`, description: 'Something that is told of it' },
      position: { file: 'prod.yaml', line: index + 1, column: 3 },
      risk,
      risks: risk === 'none' ? [] : [{ risk, message: `What happens with number ${index}.` }],
    });
  });
}

function noted(severity: 'note' | 'error'): Plan {
  return plan([], { diagnostics: [{ code: 'immutable-field', severity, message: 'x' }] });
}

describe('renderMarkdownPlan', () => {
  it('begins with the totals, then what needs a second look, then the rest folded by kind', () => {
    const lines = shown('risks').split('\n');
    expect(lines[0]).toBe('<!-- trueup:acme:default -->');
    expect(lines[1]).toBe('### trueup plan: `acme`');
    expect(lines[3]).toBe(
      '**Plan: 0 to add, 1 to change, 1 to destroy.** About 14 requests, 5 min.',
    );
    const above = aboveTheFold(shown('risks'));
    expect(above).toContain('- data-loss: singlestore.workspaceGroups.main (destroy)');
    expect(above).toContain('needs --allow data-loss=singlestore.workspaceGroups.main');
    expect(above).toContain('! downtime: singlestore.workspaces.batch (update in place)');
    expect(above.indexOf('data-loss:')).toBeLessThan(above.indexOf('downtime:'));
    expect(shown('risks')).toContain(
      '<details><summary><code>singlestore.workspaceGroups</code>: 1 to destroy</summary>',
    );
  });

  it('puts the symbols where a diff has them, once', () => {
    const lines = shown('update').split('\n');
    expect(lines).toContain('```diff');
    expect(lines).toContain('-            "a"');
    expect(lines).toContain('+            "d"');
    expect(lines.find((line) => line.includes('project'))?.startsWith('!      ')).toBe(true);
  });

  it('tells file and line', () => {
    expect(shown('create')).toContain('(prod.yaml:12)');
    expect(aboveTheFold(shown('replace'))).toContain('prod.yaml:2');
  });

  it('says on its hidden line that there is nothing to say, and only then', () => {
    expect(shown('empty').startsWith('<!-- trueup:acme:default nothing -->\n')).toBe(true);
    expect(shown('create').startsWith('<!-- trueup:acme:default -->\n')).toBe(true);
    expect(shown('undetermined').startsWith('<!-- trueup:acme:default -->\n')).toBe(true);
  });

  it('is not kept from having nothing to say by notes, or in drift by what cannot be planned', () => {
    const first = (severity: 'note' | 'error', mode: 'plan' | 'drift') =>
      renderMarkdownPlan(noted(severity), mode).split('\n', 1)[0];
    expect(first('note', 'plan')).toBe('<!-- trueup:acme:default nothing -->');
    expect(first('error', 'plan')).toBe('<!-- trueup:acme:default -->');
    expect(first('error', 'drift')).toBe('<!-- trueup:acme:default nothing -->');
    expect(renderMarkdownPlan(noted('error'), 'drift')).not.toContain('error');
  });

  it('shows errors above the fold', () => {
    const above = aboveTheFold(shown('undetermined'));
    expect(above).toContain('**1 error:**');
    expect(above).toContain('- Error: the list of teams could not be read');
  });

  it('shows no secret', () => {
    for (const name of Object.keys(PLANS)) {
      for (const mode of ['plan', 'drift'] as const) {
        expect(renderMarkdownPlan(PLANS[name] ?? plan([]), mode)).not.toContain(PLANTED);
      }
    }
  });
});

describe('the byte budget', () => {
  it('shows each dangerous change of 5 000 in a comment', () => {
    const changes = many(5_000, ['data-loss', 'lockout', 'downtime']);
    const markdown = renderMarkdownPlan(plan(changes), 'plan');
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(65_000);
    const above = aboveTheFold(markdown);
    const words = new Set(above.split(/[\s,():]+/));
    for (const { risk, address } of changes) {
      if (risk === 'none') continue;
      const key = address.slice(address.lastIndexOf('.') + 1);
      expect(words.has(address) || words.has(key), address).toBe(true);
    }
    for (const risk of ['data-loss', 'lockout', 'downtime']) {
      expect(above).toContain(`${risk}:`);
    }
    expect(markdown).toMatch(/\*\*Cut to 65000 bytes:\*\* of what is folded, .*\d+ left out/);
  });

  it('shows the keys alone of so many dangerous ones that nothing else has room', () => {
    const changes = many(5_000, ['data-loss', 'lockout'], 3);
    const markdown = renderMarkdownPlan(plan(changes), 'plan');
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(65_000);
    const words = new Set(aboveTheFold(markdown).split(/\s+/));
    const dangerous = changes.filter(({ risk }) => risk !== 'none');
    const missing = dangerous.filter(({ address }) => !words.has(address.split('.').at(-1) ?? ''));
    expect([dangerous.length, missing]).toEqual([1_667, []]);
    expect(markdown).toContain('- data-loss: destroy singlestore.workspaces, ');
  });

  it('counts by risk what does not fit, the worst shown first', () => {
    const changes = many(5_000, ['lockout', 'data-loss'], 1);
    const markdown = renderMarkdownPlan(plan(changes), 'plan', { bytesMax: 20_000 });
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(20_000);
    const above = aboveTheFold(markdown);
    const told = above.match(/^- data-loss: /gm)?.length ?? 0;
    expect(told).toBeGreaterThan(100);
    expect(above).not.toContain('- lockout: ');
    expect(above).toContain(
      `! and besides these ${2_500 - told} data-loss, 2500 lockout: run \`trueup plan\` to see them`,
    );
  });

  it('is kept whatever the size, also in bytes of long characters', () => {
    for (const bytesMax of [2_000, 5_000, 65_000, 1_000_000]) {
      for (const size of [0, 1, 30, 900]) {
        const changes = many(size, ['data-loss']).map((item) => ({
          ...item,
          after: { name: '漢字🙂'.repeat(200) },
          notes: ['é'.repeat(900)],
        }));
        const markdown = renderMarkdownPlan(plan(changes), 'plan', { bytesMax });
        expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(bytesMax);
      }
    }
  });

  it('shows in one line each what is too long in full, before it leaves anything out', () => {
    const changes = many(40, ['none']);
    const markdown = renderMarkdownPlan(plan(changes), 'plan', { bytesMax: 6_000 });
    for (const item of changes) expect(markdown).toContain(item.address);
    expect(markdown).toMatch(/of what is folded, \d+ in one line each\. /);
  });

  it('tells nothing of a cut where nothing was cut', () => {
    expect(renderMarkdownPlan(plan(many(20, ['data-loss'])), 'plan')).not.toContain('Cut to');
  });
});
