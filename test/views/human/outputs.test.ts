import { describe, expect, it } from 'vitest';
import { renderOutput, renderOutputs } from '../../../src/views/human/outputs.ts';
import { outputsJson } from '../../../src/views/json/state-json.ts';
import { createStyle } from '../../../src/views/style.ts';

const style = createStyle({ color: false });
const outputs = {
  endpoint: { sensitive: false, value: 'svc.example.com' },
  all: { sensitive: false, value: { hosts: ['a', 'b'] } },
  dsn: { sensitive: true },
};

describe('outputs', () => {
  it('are listed by name, sensitive ones masked', () => {
    expect(renderOutputs(outputs, style)).toBe(
      [
        'all      = {',
        '    hosts = [',
        '        "a"',
        '        "b"',
        '    ]',
        '}',
        'dsn      = (sensitive value)',
        'endpoint = "svc.example.com"',
        '',
      ].join('\n'),
    );
  });

  it('print bare when one was asked for, and raw only into a pipe', () => {
    const hostile = { sensitive: false, value: 'a\u001B[2Jb' };
    expect(renderOutput(outputs.endpoint, { terminal: true })).toBe('svc.example.com\n');
    expect(renderOutput(hostile, { terminal: true })).toBe('a\\u001b[2Jb\n');
    expect(renderOutput(hostile, { terminal: false })).toBe('a\u001B[2Jb\n');
    expect(renderOutput(outputs.all, { terminal: true })).toBe('{"hosts":["a","b"]}\n');
    expect(renderOutput(outputs.dsn, { terminal: false })).toBe('(sensitive value)\n');
  });

  it('have no value in JSON where they are sensitive', () => {
    expect(outputsJson({ dsn: { sensitive: true, value: 'x' } })).toEqual({
      dsn: { sensitive: true },
    });
  });
});
