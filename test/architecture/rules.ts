import type { ImportedModule, SourceFile } from './source-file.ts';

/** A broken rule: which one, where. */
export interface Violation {
  readonly rule: string;
  readonly place: string;
}

type Layer =
  | 'core'
  | 'manifest'
  | 'planner'
  | 'state'
  | 'http'
  | 'emulator'
  | 'providers'
  | 'executor'
  | 'views'
  | 'commands'
  | 'cli';

/** Who may import whom, besides itself. */
const MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  core: [],
  manifest: ['core'],
  planner: ['core'],
  state: ['core'],
  http: ['core'],
  emulator: [],
  providers: ['core', 'http'],
  executor: ['core', 'planner', 'state', 'http', 'providers'],
  views: ['core', 'planner'],
  commands: [
    'core',
    'manifest',
    'planner',
    'state',
    'http',
    'emulator',
    'providers',
    'executor',
    'views',
  ],
  cli: ['core', 'commands', 'views'],
};

/** Where a layer may be imported, only these files of it may. */
const ONLY_FILES: Readonly<Record<string, readonly string[]>> = {
  'executor>providers': ['src/providers/contract.ts'],
  'executor>http': ['src/http/contract.ts', 'src/http/api-error.ts'],
};

/** Packages that one file alone may import. */
const OWNED_PACKAGES: Readonly<Record<string, string>> = {
  undici: 'src/http/undici-transport.ts',
  'p-queue': 'src/executor/limiter.ts',
};

/** Packages that have nothing but a default export, or whose named exports break in Node. */
const DEFAULT_IMPORTS = ['fast-json-patch', 'p-queue'];

const IO = /^node:(?:fs|http|https|net|tls|dns|child_process|process|os|worker_threads)(?:\/|$)/;
const FORBIDDEN_PACKAGES: Partial<Record<Layer, RegExp>> = {
  core: /^(?:undici|p-queue|yaml|js-yaml|commander|hono)$/,
  planner: /^(?:undici|p-queue|yaml|js-yaml|commander|hono|node:crypto|node:timers.*)$/,
};
const WITHOUT_IO: readonly Layer[] = ['core', 'planner', 'views'];

const CLOCK = /\b(?:Date\.now|Math\.random)\(|\bnew Date\(\s*\)|\bperformance\.now\(/;
const HAS_CLOCK = /^src\/(?:cli\.ts|commands\/.*|http\/system-clock\.ts)$/;
const CONSOLE = /\bconsole\.\w+\(|\bprocess\.(?:stdout|stderr|exit)\b/;
const PRINTS = /^src\/(?:cli\.ts|commands\/.*)$/;
/** One rule for all providers: what only one of them needs stands in its own files. */
const PROVIDER = /singlestore|spice/i;
const KNOWS_PROVIDERS = /^src\/(?:providers|emulator)\/(?:(?:singlestore|spice)\/.*|registry\.ts)$/;
const LINES_MAX = 400;

export function layerOf(path: string): Layer | undefined {
  if (path === 'src/cli.ts') return 'cli';
  const name = /^src\/([^/]+)\//.exec(path)?.[1];
  return name !== undefined && isLayer(name) ? name : undefined;
}

function isLayer(name: string): name is Layer {
  return name in MAY_IMPORT;
}

/** What every provider may import, and imports none. */
const SHARED = 'shared';

/** `providers/spice` of a file of one provider; undefined for the contract and the registry. */
function providerOf(path: string): string | undefined {
  return /^src\/providers\/([^/]+)\//.exec(path)?.[1];
}

function crossesLayers(layer: Layer, file: SourceFile, target: string): string | undefined {
  const other = layerOf(target);
  if (other === undefined) return target.startsWith('src/') ? undefined : 'outside of src/';
  if (other === layer) {
    const [here, there] = [providerOf(file.path), providerOf(target)];
    const crosses = here !== undefined && there !== undefined && here !== there;
    return crosses && there !== SHARED ? 'another provider' : undefined;
  }
  if (!MAY_IMPORT[layer].includes(other)) return `${layer} may not import ${other}`;
  const only = ONLY_FILES[`${layer}>${other}`];
  return only === undefined || only.includes(target)
    ? undefined
    : `${layer} may import only ${only.join(', ')} of ${other}`;
}

function brokenImports(layer: Layer, file: SourceFile, module: ImportedModule): readonly string[] {
  if (module.target !== undefined) {
    const crossed = crossesLayers(layer, file, module.target);
    return crossed === undefined ? [] : [`layers: ${crossed}`];
  }
  const owner = OWNED_PACKAGES[module.request];
  return [
    owner !== undefined && owner !== file.path
      ? `owner: ${module.request} belongs to ${owner}`
      : '',
    FORBIDDEN_PACKAGES[layer]?.test(module.request) === true ? `package: ${module.request}` : '',
    WITHOUT_IO.includes(layer) && IO.test(module.request) ? `io: ${module.request}` : '',
    module.takesDefault && !DEFAULT_IMPORTS.includes(module.request)
      ? `default-import: ${module.request}`
      : '',
  ].filter((rule) => rule !== '');
}

function brokenText(file: SourceFile): readonly (readonly [string, number])[] {
  return file.code.split('\n').flatMap((line, index) => {
    const found: (readonly [string, number])[] = [];
    if (CLOCK.test(line) && !HAS_CLOCK.test(file.path)) found.push(['clock', index + 1]);
    if (PROVIDER.test(line) && !KNOWS_PROVIDERS.test(file.path))
      found.push(['provider', index + 1]);
    if (CONSOLE.test(line) && !PRINTS.test(file.path)) found.push(['prints', index + 1]);
    return found;
  });
}

/** Every rule of the layer table that a file under src/ breaks. */
export function violationsOf(file: SourceFile): readonly Violation[] {
  const layer = layerOf(file.path);
  if (layer === undefined)
    return [{ rule: 'layers: a file outside of the layers', place: file.path }];
  const lines = file.code.split('\n').filter((line) => line.trim() !== '').length;
  const tooLong = lines > LINES_MAX && !file.path.includes('/generated/');
  return [
    ...file.imports.flatMap((module) =>
      brokenImports(layer, file, module).map((rule) => ({
        rule,
        place: `${file.path}:${module.line} imports ${module.request}`,
      })),
    ),
    ...brokenText(file).map(([rule, line]) => ({ rule, place: `${file.path}:${line}` })),
    ...(tooLong ? [{ rule: 'length', place: `${file.path}: ${lines} lines` }] : []),
  ];
}
