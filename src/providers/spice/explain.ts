import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Explanation, RefusedAnswer } from '../../http/contract.ts';

/** Codes whose text does not say what to do about them. */
const HINTS: Readonly<Record<string, string>> = {
  forbidden:
    'scopes are not all: the role of the user in the organization does not allow it (members are managed by admins and owners, a viewer changes nothing)',
  org_forbidden: 'the user of the token does not belong to the organization of trueup.yaml',
  org_assertion_mismatch:
    'the OAuth client belongs to another organization than the one of trueup.yaml',
  image_tag_requires_enterprise:
    'image tags of your own need the Enterprise plan: leave the field out and choose a channel',
  github_connected: 'the app deploys from GitHub: change the file there, or disconnect it',
  project_paused: 'resume the app first',
  spicepod_paused: 'resume the app first',
};

/** Fields of requests that the manifest calls otherwise. */
const MANIFEST_NAMES: Readonly<Record<string, string>> = {
  storage_claim_size_gb: 'storage_size_gb',
};

/**
 * Reads `{ error, code, details: { fieldErrors, formErrors } }`; all of it may be missing, and
 * older versions say `message`. A 403 stands for a scope, a role, an organization or a plan: only
 * the code, else the text, tells.
 */
export function explain({ status, body }: RefusedAnswer): Explanation | undefined {
  if (!isJsonObject(body)) return undefined;
  const said = textOf(body['error']) ?? textOf(body['message']);
  const code = textOf(body['code']);
  const details = detailsOf(body['details']);
  if (said === undefined && code === undefined && details.length === 0) return undefined;
  const head = `${said ?? ''}${code === undefined ? '' : ` (${code})`}`.trim();
  const text = [head, details.join('; ')].filter((part) => part !== '').join(': ');
  const hint = hintOf(status, code, said ?? '');
  return { text, ...(hint === undefined ? {} : { hint }) };
}

function hintOf(status: number, code: string | undefined, said: string): string | undefined {
  if (status === 403 && (code === 'insufficient_scope' || /insufficient scope/i.test(said))) {
    const scope = /required:\s*([a-z_*]+(?::[a-z_]+)?)/i.exec(said)?.[1];
    return `give the token or the OAuth client the scope ${scope ?? 'that is named above'}; a new token has it`;
  }
  const known = code !== undefined && Object.hasOwn(HINTS, code) ? HINTS[code] : undefined;
  if (known !== undefined) return known;
  if (status === 403) return 'a scope, a role, an add-on or the plan of the organization lacks it';
  if (status === 409 && /deployment/i.test(said)) {
    return 'one deployment runs at a time: apply again when it has ended';
  }
  if (status === 400 && /no spicepod/i.test(said)) {
    return 'nothing can be deployed without one: give the entry of the app a `spicepod`';
  }
  return undefined;
}

function detailsOf(details: unknown): readonly string[] {
  if (!isJsonObject(details)) return [];
  const { fieldErrors, formErrors } = details;
  const fields = isJsonObject(fieldErrors) ? fieldErrors : {};
  return [...Object.keys(fields).map((name) => fieldLine(fields, name)), ...textsOf(formErrors)];
}

function fieldLine(fields: JsonObject, name: string): string {
  const [first = '', ...rest] = name.split('.');
  const own = Object.hasOwn(MANIFEST_NAMES, first) ? (MANIFEST_NAMES[first] ?? first) : first;
  return `${[own, ...rest].join('.')}: ${textsOf(fields[name]).join(', ')}`;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.flatMap((item: unknown) => textOf(item) ?? []) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
