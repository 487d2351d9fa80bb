import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupNodes } from '../../src/views/graph/graph.ts';
import { root } from '../_helpers/cli.ts';
import { runHere, type PrintedResult } from '../_helpers/run-here.ts';

const FILES = {
  'trueup.yaml': 'stack: shop\n',
  'main.yaml': `
workspaceGroups:
  main: { name: the-main, provider: AWS, regionName: us-east-1, firewallRanges: [], adminPassword: { fromEnv: NOT_SET } }
workspaces:
  app: { workspaceGroup: main, size: S-00 }
  other: { workspaceGroup: main, size: S-00, dependsOn: [workspaces.app] }
roles:
  low: { resourceType: Cluster, permissions: [Operate], inherits: [] }
  high: { resourceType: Cluster, permissions: [], inherits: [{ resourceType: Cluster, role: low }] }
secrets:
  DSN: { value: "mysql://\${workspaces.app.endpoint}" }
`,
};

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'trueup-graph-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function graph(files: Readonly<Record<string, string>>, ...args: string[]): Promise<PrintedResult> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return runHere(['graph', ...args], { cwd: directory, env: {} });
}

function arrows(stdout: string): readonly string[] {
  return stdout.split('\n').filter((line) => line.includes('->'));
}

describe('graph', () => {
  it('draws what the planner orders by: references, expressions, names of roles, dependsOn', async () => {
    const result = await graph(FILES);
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect(arrows(result.stdout)).toEqual([
      '  "singlestore.roles.high" -> "singlestore.roles.low"',
      '  "singlestore.secrets.DSN" -> "singlestore.workspaces.app"',
      '  "singlestore.workspaces.app" -> "singlestore.workspaceGroups.main"',
      '  "singlestore.workspaces.other" -> "singlestore.workspaceGroups.main"',
      '  "singlestore.workspaces.other" -> "singlestore.workspaces.app"',
    ]);
  });

  it('puts what is of one kind together, with the names of the objects', async () => {
    const { stdout } = await graph(FILES, '--format', 'mermaid', '--target', 'workspaces.app');
    expect(stdout).toBe(`flowchart LR
  subgraph p0["singlestore"]
    subgraph p0k0["workspaceGroups"]
      n0["main<br/>the-main"]
    end
    subgraph p0k1["workspaces"]
      n1["app"]
    end
  end
  n1 --> n0
`);
  });

  it('draws the same arrows in both languages, those that nothing refers to dashed', async () => {
    const stack = join(root, 'examples', 'stacks', 'lakehouse');
    const dot = await runHere(['graph', stack], { cwd: directory, env: {} });
    const mermaid = await runHere(['graph', stack, '--format', 'mermaid'], {
      cwd: directory,
      env: {},
    });
    expect(arrows(dot.stdout).filter((line) => line.includes('dashed'))).toEqual([
      '  "spice.deployments.lakehouse" -> "spice.appSecrets.ORDERS_DSN" [style = dashed]',
    ]);
    expect(mermaid.stdout.match(/-->/g)).toHaveLength(arrows(dot.stdout).length - 1);
    expect(mermaid.stdout.match(/-\.->/g)).toHaveLength(1);
  });

  it('leaves out what the targets do not need, and refuses a target that nothing has', async () => {
    const { stdout } = await graph(FILES, '--target', 'roles.*', '--target', 'workspaces.app');
    const drawn = [...stdout.matchAll(/"singlestore\.(\S+)" \[label/g)].map(([, name]) => name);
    expect(drawn).toEqual(['roles.high', 'roles.low', 'workspaceGroups.main', 'workspaces.app']);
    const lost = await graph(FILES, '--target', 'workspaces.ap');
    expect([lost.code, lost.stdout]).toEqual([1, '']);
    expect(lost.stderr).toContain('target-unmatched');
  });

  it('tells the same as data with --json', async () => {
    const { stdout } = await graph(FILES, '--json', '--target', 'workspaces.app');
    const [, app] = (JSON.parse(stdout) as { nodes: unknown[] }).nodes;
    expect(app).toEqual({
      address: 'singlestore.workspaces.app',
      provider: 'singlestore',
      kind: 'workspaces',
      key: 'app',
      dependsOn: ['singlestore.workspaceGroups.main'],
      followsFrom: [],
    });
  });

  it('is one document with --json, whatever there is to warn of', async () => {
    const files = { ...FILES, 'main.yaml': 'secrets: { s: { value: written-here } }\n' };
    const { stdout, stderr } = await graph(files, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ stack: 'shop' });
    expect(stderr).toContain('[sensitive-literal]');
  });

  it('draws nothing of a stack with mistakes', async () => {
    const result = await graph({ ...FILES, 'main.yaml': 'workspaces: { app: { sise: S-1 } }' });
    expect([result.code, result.stdout]).toEqual([1, '']);
    expect(result.stderr).toContain('schema-unknown-field');
  });
});

describe('a graph of many', () => {
  it('is grouped without going through a kind again for each of its nodes', () => {
    const nodes = Array.from({ length: 100_000 }, (_, index) => ({
      address: `fake.boxes.b${index}`,
      provider: 'fake',
      kind: 'boxes',
      key: `b${index}`,
      dependsOn: [],
      followsFrom: [],
    }));
    expect(groupNodes(nodes)).toEqual([{ provider: 'fake', kinds: [{ kind: 'boxes', nodes }] }]);
  });
});

describe('hostile names', () => {
  const NAMES = [
    'x"]; evil [label="',
    'x\\',
    'x\\" -> "y',
    '\\G\\n',
    'a\n}\nn0 --> n0\nend',
    '```\n# title',
    '`**bold**`',
    '<script>alert(1)</script>',
    '"]:::evil\n  click n0 href "javascript:alert(1)"',
    '%%{init: {}}%%',
    '#quot;]',
    '&quot;',
    '\u001b[31m\u202e',
    '::error::',
  ];
  const files = {
    'trueup.yaml': 'stack: shop\n',
    'main.yaml': JSON.stringify({
      teams: Object.fromEntries(
        NAMES.map((name, index) => [`t${index}`, { name, description: 'x' }]),
      ),
    }),
  };

  it('stay labels in DOT', async () => {
    const { code, stdout } = await graph(files);
    expect(code).toBe(0);
    const label = String.raw`"(?:[^"\\]|\\["\\n])*"`;
    const line = new RegExp(
      String.raw`^(?:digraph "shop" \{| *(?:\}|rankdir = "LR"|node \[shape = box\]|label = "\w+"|subgraph "\w+" \{|"singlestore\.teams\.t\d+" \[label = ${label}\]))?$`,
    );
    expect(stdout.split('\n').filter((item) => !line.test(item))).toEqual([]);
    expect(stdout.match(/^ *"singlestore.*\[label = /gm)).toHaveLength(NAMES.length);
    // A backslash of a name is one that is shown.
    expect(stdout).toContain(String.raw`[label = "t1\nx\\"]`);
    expect(stdout).toContain(String.raw`[label = "t3\n\\G\\n"]`);
  });

  it('stay labels in Mermaid, and in the Markdown around it', async () => {
    const { code, stdout } = await graph(files, '--format', 'mermaid');
    expect(code).toBe(0);
    const line =
      /^(?:flowchart LR| *(?:subgraph p\dk?\d?\["\w+"\]|end|n\d+\["t\d+<br\/>(?:[\w .,-]|#\d+;)+"\]))?$/;
    expect(stdout.split('\n').filter((item) => !line.test(item))).toEqual([]);
    expect(stdout.match(/<br\/>/g)).toHaveLength(NAMES.length);
    // `#quot;` of a name is no entity.
    expect(stdout).toContain('#35;quot#59;');
  });
});
