import { readFileSync } from 'node:fs';
import { TrueupError } from '../core/errors.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import { createRedactor } from '../core/redactor.ts';
import { VERSION } from '../core/version.ts';
import { createLimiter } from '../executor/limiter.ts';
import { createClient } from '../http/client.ts';
import type { ApiRequest, Explanation, RefusedAnswer } from '../http/contract.ts';
import type { CommandIo } from './command-io.ts';
import { openWire } from './connect.ts';
import { urlOf } from './credentials.ts';
import { usage } from './parse-flags.ts';
import { readTimings } from './timings.ts';

const API = 'https://api.github.com';
const API_VERSION = '2022-11-28';
/** Objects of a page, the most that GitHub gives. */
const PAGE = 100;
/** More pages than this are not looked through. */
const PAGES_MAX = 100;
const PARALLELISM = 2;
/** A run sends a handful; GitHub says itself when it is too much. */
const PER_SECOND = 100;
const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;

/** The repository of a run, over GitHub's REST API. */
export interface GithubRepository {
  /** All objects of a list, page by page. */
  list(path: string, query?: Readonly<Record<string, string>>): Promise<readonly JsonObject[]>;
  /** One write; paths are below the repository. */
  send(request: ApiRequest): Promise<JsonObject>;
  close(): Promise<void>;
}

/** Connects with what a runner of GitHub has in its environment. */
export function openRepository(io: CommandIo): GithubRepository {
  const token = io.env['GITHUB_TOKEN']?.trim() ?? '';
  if (token === '') {
    throw new TrueupError('credentials-missing', 'no token for GitHub: set GITHUB_TOKEN', {
      hint: 'in a workflow: `env: { GITHUB_TOKEN: ${{ github.token }} }`',
    });
  }
  const repository = io.env['GITHUB_REPOSITORY'] ?? '';
  if (!REPOSITORY.test(repository)) throw usage('GITHUB_REPOSITORY takes OWNER/NAME');
  const redactor = createRedactor();
  const baseUrl = urlOf(io.env, 'GITHUB_API_URL', API, "the URL of GitHub's API");
  const wire = openWire({ io, redactor }, baseUrl);
  const timing = readTimings(io.env['TRUEUP_TIMING'], false, {}).shared;
  const client = createClient({
    baseUrl,
    token: redactor.secret(token),
    transport: wire.transport,
    throttle: createLimiter({
      clock: io.clock,
      parallelism: PARALLELISM,
      ratePerSecond: PER_SECOND,
      pauseMs: timing.retryMs,
      emit: () => undefined,
    }),
    clock: io.clock,
    timing,
    redactor,
    userAgent: `trueup/${VERSION}`,
    emit: () => undefined,
    random: () => Buffer.from(io.random(4)).readUInt32LE() / 2 ** 32,
    headers: { 'x-github-api-version': API_VERSION },
    explain,
  });
  const below = `/repos/${repository}`;
  return {
    async list(path, query = {}) {
      const all: JsonObject[] = [];
      for (let page = 1; page <= PAGES_MAX; page += 1) {
        const paging = { per_page: String(PAGE), page: String(page) };
        const { body } = await client.get(`${below}${path}`, { query: { ...query, ...paging } });
        // What is no list is no empty one either: a second comment or issue would come of it.
        if (!Array.isArray(body)) {
          throw new TrueupError('api-response-invalid', `GitHub answered ${path} with no list`);
        }
        all.push(...body.filter(isJsonObject));
        if (body.length < PAGE) return all;
      }
      throw new TrueupError(
        'api-response-too-large',
        `GitHub has more than ${PAGES_MAX} pages of ${path}`,
      );
    },
    async send(request) {
      const { body } = await client.send({ ...request, path: `${below}${request.path}` });
      return isJsonObject(body) ? body : {};
    },
    close: wire.close,
  };
}

function explain({ status, body }: RefusedAnswer): Explanation | undefined {
  const message = isJsonObject(body) ? body['message'] : undefined;
  const told = typeof message === 'string' ? { text: message } : {};
  if (status !== 403 && status !== 404) return told;
  const hint =
    'the job needs `permissions: { pull-requests: write }`, for issues `issues: write`; a pull request of a fork gives neither';
  return { ...told, hint };
}

/** What started the run; an empty object where nothing says so. */
export function readEvent(io: CommandIo): JsonObject {
  const path = io.env['GITHUB_EVENT_PATH'];
  if (path === undefined || path === '') return {};
  try {
    const event: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isJsonObject(event) ? event : {};
  } catch (cause) {
    throw new TrueupError('settings-invalid', 'GITHUB_EVENT_PATH names no JSON file', { cause });
  }
}

/** The member at a path of nested objects, or undefined. */
export function memberAt(object: JsonObject, ...path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const name of path) value = isJsonObject(value) ? value[name] : undefined;
  return value;
}
