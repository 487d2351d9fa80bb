import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { eventLine } from '../../../src/views/json/events.ts';
import { EVENTS } from '../events.ts';

const root = new URL('../../../', import.meta.url);
const schema = JSON.parse(readFileSync(new URL('schemas/events.json', root), 'utf8')) as {
  readonly oneOf: readonly { readonly properties: { readonly type: { readonly const: string } } }[];
};
const validate = new Ajv2020({ allErrors: true }).compile(schema);
const atMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

describe('eventLine', () => {
  it.each(Object.values(EVENTS))('writes $type on one line that follows the schema', (event) => {
    const line = eventLine(event, atMs);
    expect(line).toMatch(/^\{[^\n]*\}\n$/);
    const parsed: unknown = JSON.parse(line);
    expect(parsed).toEqual({ at: '2026-01-02T03:04:05.678Z', ...event });
    validate(parsed);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('has a schema and a line in the docs for each type of event and for no other', () => {
    const types = Object.keys(EVENTS).toSorted();
    expect(schema.oneOf.map((one) => one.properties.type.const).toSorted()).toEqual(types);
    const docs = readFileSync(new URL('docs/events.md', root), 'utf8');
    const documented = [...docs.matchAll(/^\| `([a-z-]+)` +\|/gm)].map((match) => match[1] ?? '');
    expect(documented.toSorted((one, other) => (one < other ? -1 : 1))).toEqual(types);
  });
});
