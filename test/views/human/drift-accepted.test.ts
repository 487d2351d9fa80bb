import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../src/core/address.ts';
import type { AcceptedEntry, AcceptedVerdict, Plan } from '../../../src/planner/plan.ts';
import { ago } from '../../../src/views/human/ago.ts';
import { renderDrift } from '../../../src/views/human/drift.ts';
import { planJson } from '../../../src/views/json/plan-json.ts';
import { createStyle } from '../../../src/views/style.ts';
import { field, plan } from '../../_helpers/plan-builder.ts';

const address = toAddress('singlestore.workspaces', 'batch');
const NOW_MS = plan([]).createdAtMs;
const HOSTILE = 'a\n::error::b \u001B[31mc\u202E';

function accepted(verdict: AcceptedVerdict, reason = 'load test'): AcceptedEntry {
  return {
    address,
    type: 'singlestore.workspaces',
    id: 'ws-3',
    acceptance: {
      address,
      path: ['size'],
      value: 'S-4',
      reason,
      owner: reason === HOSTILE ? HOSTILE : 'ann@acme.example',
      until: '2026-01-31',
      untilMs: NOW_MS + 1,
      position: { file: 'trueup.yaml', line: 7, column: 5 },
    },
    verdict,
    value: 'S-4',
    field: verdict === 'unmatched' ? undefined : field('/size', 'S-2', 'S-4'),
    ...(verdict === 'unmatched' ? { because: 'the field is as the manifest has it' } : {}),
  };
}

function drifted(by: string): Plan['drift'] {
  return [
    {
      address,
      type: 'singlestore.workspaces',
      id: 'ws-3',
      action: 'update',
      fields: [field('/size', 'S-2', 'S-8', { note: 'accepted until 2026-01-31 is "S-4"' })],
      changedBy: { by, atMs: NOW_MS - 7_300_000, action: 'workspace.update' },
    },
  ];
}

function shown(parts: Partial<Plan>): string {
  return renderDrift(plan([], parts), { style: createStyle({ color: false }) });
}

describe('accepted drift and who changed what', () => {
  it('look as in the golden file', async () => {
    const parts = {
      drift: drifted('bob@acme.example'),
      acceptedDrift: [accepted('accepted'), accepted('unmatched'), accepted('other-value')],
    };
    await expect(shown(parts)).toMatchFileSnapshot('../../golden/views/drift-accepted.txt');
  });

  it('alone are no drift', () => {
    expect(shown({ acceptedDrift: [accepted('accepted')] })).toContain('No drift.');
  });

  it('say nothing that a terminal or a runner would obey', () => {
    const text = shown({
      drift: drifted(HOSTILE),
      acceptedDrift: [accepted('accepted', HOSTILE), accepted('unmatched', HOSTILE)],
    });
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]|^::/m);
  });

  it('stand in JSON as its schema says', () => {
    const path = new URL('../../../schemas/plan.json', import.meta.url);
    const schema: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const validate = new Ajv2020({ allErrors: true }).compile(schema as object);
    const verdicts = ['accepted', 'expired', 'other-value', 'unmatched'] as const;
    const parts = {
      drift: drifted('bob'),
      acceptedDrift: verdicts.map((verdict) => accepted(verdict)),
    };
    validate(planJson(plan([], parts), { version: '0.1.0', mode: 'drift' }));
    expect(validate.errors ?? []).toEqual([]);
  });
});

describe('ago', () => {
  it.each([
    [0, 'just now'],
    [59_999, 'just now'],
    [60_000, '1 min ago'],
    [7_300_000, '2 h ago'],
    [86_400_000, '1 day ago'],
    [200_000_000, '2 days ago'],
    [-5, 'just now'],
  ])('%i ms: %s', (elapsedMs, text) => {
    expect(ago(elapsedMs)).toBe(text);
  });
});
