import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redactor.ts';
import { loadStack } from '../../src/manifest/load-stack.ts';
import { readStackFiles } from '../../src/manifest/read-stack-files.ts';
import { resolveSources } from '../../src/manifest/resolve-sources.ts';
import { createSourceReader } from '../../src/manifest/source-reader.ts';
import { PROVIDERS, kindTable } from '../../src/providers/registry.ts';

const stacks = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'examples', 'stacks');
const kinds = kindTable(PROVIDERS);

async function load(stack: string, environment: string | undefined, processEnv = {}) {
  const directory = join(stacks, stack);
  const { files, diagnostics: unread } = await readStackFiles(directory);
  const redactor = createRedactor();
  const loaded = loadStack({
    files,
    kinds,
    environment,
    vars: {},
    varFiles: [],
    processEnv: {},
    redactor,
  });
  if (loaded.stack === undefined) return { diagnostics: [...unread, ...loaded.diagnostics] };
  const reader = createSourceReader({
    directory,
    environment: processEnv,
    credentialVariables: [],
    commandsAllowed: false,
    redactor,
  });
  const resolved = await resolveSources(loaded.stack, { reader, mode: 'resolve', redactor });
  const diagnostics = [...unread, ...loaded.diagnostics, ...resolved.diagnostics];
  return { diagnostics, stack: resolved.stack };
}

describe('the example stacks', () => {
  it('quickstart loads without an environment and without a warning', async () => {
    const { diagnostics, stack } = await load('quickstart', undefined);
    expect(diagnostics).toEqual([]);
    expect(stack?.resources.map(({ address }) => address).toSorted()).toEqual([
      'singlestore.secrets.APP_DSN',
      'singlestore.teams.analysts',
      'singlestore.workspaceGroups.quickstart',
      'singlestore.workspaces.app',
    ]);
  });

  it('acme, dev needs nothing from the shell', async () => {
    const { diagnostics } = await load('acme', 'dev');
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ['acme', 'dev', 'singlestore'],
    ['lakehouse', undefined, 'spice'],
  ])('%s holds every kind of its provider that is managed', async (name, environment, provider) => {
    const { diagnostics, stack } = await load(name, environment);
    expect(diagnostics).toEqual([]);
    const managed = [...kinds.values()].filter(
      (kind) => kind.managed && kind.provider === provider,
    );
    const used = new Set(stack?.resources.map((resource) => resource.type));
    const own = [...used].filter((type) => type.startsWith(`${provider}.`));
    expect(own.toSorted()).toEqual(managed.map((kind) => kind.type).toSorted());
  });

  it('acme, prod names the variables it lacks, each at its line', async () => {
    const { diagnostics } = await load('acme', 'prod');
    expect(diagnostics.map(({ code, position }) => [code, position?.file])).toEqual([
      ['source-missing', 'environments/prod.yaml'],
      ['source-missing', 'environments/prod.yaml'],
      ['source-missing', 'environments/prod.yaml'],
    ]);
  });

  it('acme, prod protects what holds data', async () => {
    const { diagnostics, stack } = await load('acme', 'prod', {
      ACME_PROD_ADMIN_PASSWORD: 'Fake-V7r2-Yf4z-Pg9!',
      ACME_PROD_APP_PASSWORD: 'Fake-W8s3-Zh5x-Qj2!',
      ACME_PROD_ETL_TOKEN: 'fake-token',
    });
    expect(diagnostics).toEqual([]);
    const isProtected = stack?.resources.filter(({ lifecycle }) => lifecycle.protect);
    expect(isProtected?.map(({ address }) => address).toSorted()).toEqual([
      'singlestore.workspaceGroups.analytics',
      'singlestore.workspaceGroups.main',
      'singlestore.workspaces.app',
    ]);
  });
});
