import * as fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../src/core/address.ts';
import type { Plan } from '../../../src/planner/plan.ts';
import { readForeignMarkdown } from '../../../src/views/markdown/foreign.ts';
import { markerLine, readMarker } from '../../../src/views/markdown/marker.ts';
import { renderMarkdownPlan } from '../../../src/views/markdown/plan.ts';
import { change, field, plan } from '../../_helpers/plan-builder.ts';
import { runs } from '../../_helpers/property-runs.ts';

/** Raw HTML and bare links are allowed, as on GitHub: what gets through shows. */
const renderer = new MarkdownIt({ html: true, linkify: true });

const ATTACKS = [
  '`',
  '```',
  '````diff',
  '\n```\n',
  '\n\n# heading\n\n',
  '</details>',
  '</summary>',
  '</code>',
  '<img src=x onerror=alert(1)>',
  '<a href="https://evil.example">',
  '<!--',
  '-->',
  '--><script>alert(1)</script>',
  '@octocat',
  '@acme/owners',
  '#1',
  'GH-1',
  'acme/app#1',
  'https://evil.example',
  'www.evil.example',
  'ann@evil.example',
  '[x](https://evil.example)',
  '![x](https://evil.example/p.png)',
  '**',
  '__',
  '|',
  '\n|---|---|\n',
  '\r',
  '\n> [!CAUTION]\n',
  '::error::x',
  '\n::set-output name=risk::none\n',
  '##[error]x',
  '&lt;img&gt;',
  '\\',
  '~~~',
  '$x$',
  '\u202E',
  '\u2028',
  ' ',
  'a1b2c3d4e5f6a7b8',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const hostilePlan: fc.Arbitrary<Plan> = fc
  .tuple(hostile, hostile, hostile, hostile, hostile, hostile)
  .map(([one, two, three, four, five, six]) => {
    const base = change({
      address: 'singlestore.teams.a',
      action: 'delete',
      id: one,
      before: { [two]: three, list: [four, five] },
      risk: 'data-loss',
      risks: [{ risk: 'data-loss', message: five }],
      cascade: [{ type: two, id: one, name: four }],
      notes: [six],
      position: { file: three, line: 1, column: 1 },
    });
    const typed = { ...base, type: one, address: toAddress(one, two) };
    const updated = change({
      address: 'singlestore.teams.b',
      fields: [field(`/${three}`, four, five)],
      steps: [one, two],
      labels: { [`/${three}`]: six },
    });
    return plan([typed, updated, { ...base, action: 'no-op', risk: 'none' }], {
      stack: four,
      environment: five,
      outputs: [{ name: six, sensitive: false, before: one, after: two }],
      unmanaged: [{ type: three, id: one, name: six }],
      undetermined: [{ address: toAddress(four, five), because: one }],
      diagnostics: [
        {
          code: 'api-error',
          severity: 'error',
          message: two,
          hint: three,
          address: six,
          position: { file: six, line: 1, column: 1 },
          lineText: four,
        },
      ],
    });
  });

const OWN_TAGS =
  /<\/?(?:h3|h4|p|strong|pre|code|details|summary)>|<code class="language-diff">|<!-- trueup:[\w.%-]*:[\w.%-]*( nothing)? -->/g;
/** What stands neither in code nor in a fold's title as code. */
const OWN_WORDS = /^[\w\s.,:;…()%'/-]*$/;

/** Nothing of a name is an element, an attribute or running text. */
function expectInert(markdown: string): void {
  const html = renderer.render(markdown);
  const withoutCode = html.replaceAll(/<code[^>]*>[^<]*<\/code>/g, '');
  const outside = withoutCode.replaceAll(OWN_TAGS, '');
  expect(outside).toMatch(OWN_WORDS);
  expect(html.replaceAll(OWN_TAGS, '')).not.toContain('<');
  const count = (tag: string): number => html.split(tag).length - 1;
  expect(count('<details>')).toBe(count('</details>'));
  // What a runner would take for a command when the text is printed into its log.
  expect(markdown).not.toMatch(/^\s*::[^:].*::/m);
  expect(markdown).not.toContain('##[');
}

describe('the Markdown of hostile names', () => {
  it('holds no element, attribute, mention, reference or link that came from one', () => {
    fc.assert(
      fc.property(hostilePlan, (one) => {
        expectInert(renderMarkdownPlan(one, 'plan'));
        expectInert(renderMarkdownPlan(one, 'drift'));
      }),
      runs(60),
    );
  });

  it('is inert at every size it is cut to', () => {
    fc.assert(
      fc.property(hostilePlan, fc.integer({ min: 2_000, max: 6_000 }), (one, bytesMax) => {
        const long = { ...one, changes: Array.from({ length: 20 }, () => one.changes).flat() };
        const markdown = renderMarkdownPlan(long, 'plan', { bytesMax });
        expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(bytesMax);
        expectInert(markdown);
      }),
      runs(60),
    );
  });

  it('comes through the reader of foreign Markdown as it was', () => {
    fc.assert(
      fc.property(hostilePlan, (one) => {
        const [first = '', ...rest] = renderMarkdownPlan(one, 'plan').split('\n');
        const read = readForeignMarkdown([first, ...rest].join('\n'), 1_000_000);
        expect(read.markdown.trim()).toBe(rest.join('\n').trim());
        expect(markerLine(read.marker ?? { stack: '', environment: '', nothing: false })).toBe(
          first,
        );
      }),
      runs(50),
    );
  });
});

describe('Markdown that somebody else wrote', () => {
  const OWN_LINES = [
    '```diff',
    '`````',
    '<details><summary><code>x</code>: 1 to add</summary>',
    '<details><summary>`x`</summary></details>',
    '</details>',
    '### trueup plan: `x`',
    '**Plan: 1 to add.** About',
    '<!-- trueup:acme:prod -->',
    '- item',
    '  indented',
  ];
  const foreign = fc
    .array(fc.oneof(hostile, fc.constantFrom(...OWN_LINES, ...ATTACKS)), { maxLength: 20 })
    .map((lines) => lines.join('\n'));

  it('becomes inert, within its size, and stays as it is when read again', () => {
    fc.assert(
      fc.property(foreign, fc.integer({ min: 500, max: 3_000 }), (text, bytesMax) => {
        const { markdown } = readForeignMarkdown(text, bytesMax);
        expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(bytesMax);
        expectInert(markdown);
        expect(renderer.render(markdown)).not.toContain('<!--');
        expect(readForeignMarkdown(markdown, 1_000_000).markdown.trim()).toBe(markdown.trim());
      }),
      runs(150),
    );
  });

  it.each(ATTACKS.filter((attack) => attack.trim() !== ''))(
    '%j alone on a line is inert',
    (attack) => {
      const { markdown } = readForeignMarkdown(
        `
${attack}
`,
        10_000,
      );
      expectInert(markdown);
      expect(Buffer.byteLength(markdown)).toBeLessThan(200);
    },
  );

  it('is gone through once, however many blocks it has', () => {
    const { markdown } = readForeignMarkdown('```\n```\n'.repeat(130_000), 10_000);
    expect(markdown.endsWith('**Cut:** the rest does not fit here.\n')).toBe(true);
  });

  it('loses every hidden line, so that no marker of another stack gets in', () => {
    const { markdown } = readForeignMarkdown('hello\n<!-- trueup:other:prod -->\nyou', 10_000);
    expect(markdown).toBe('hello\n\nyou\n\n');
  });
});

/** Lone surrogates do not survive UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

describe('the hidden line', () => {
  it('gives back what it was made of, of any names, and is one comment', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.boolean(), (stack, environment, nothing) => {
        fc.pre(stack !== '' && environment !== '' && stack.length + environment.length < 150);
        const line = markerLine({ stack, environment, nothing });
        expect(line).toMatch(/^<!-- [^>]* -->$/);
        expect(line.slice(4, -3)).not.toContain('--');
        expect(readMarker(line)).toEqual({
          stack: wellFormed(stack),
          environment: wellFormed(environment),
          nothing,
        });
      }),
      runs(200),
    );
  });
});
