import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { readForeignMarkdown } from '../views/markdown/foreign.ts';
import { markerLine, readMarker, type Marker } from '../views/markdown/marker.ts';
import { bytesOf } from '../views/markdown/text.ts';
import { text } from '../views/sanitize.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import { memberAt, openRepository, readEvent, type GithubRepository } from './github-api.ts';
import { usage } from './parse-flags.ts';

/** What GitHub takes as the text of a comment or an issue. */
const BODY_BYTES_MAX = 65_536;
/** More of a file is not looked at. */
const FILE_BYTES_MAX = 1_048_576;

export interface CommentFlags {
  readonly pr?: string;
  readonly issue?: boolean;
  readonly stack?: string;
  readonly env?: string;
  readonly author: string;
}

/**
 * `trueup comment FILE`: keeps one comment per stack and environment on a pull request, or one
 * issue. FILE may come from anybody: nothing of it is passed on as it is. Of what is there already
 * only what the same author wrote, with trueup's hidden line first, is touched.
 */
export async function runComment(
  io: CommandIo,
  file: string,
  flags: CommentFlags,
): Promise<Endings> {
  if (flags.issue === true && flags.pr !== undefined) {
    throw usage('--pr and --issue: a comment is kept, or an issue');
  }
  const wanted = wantedBody(readFile(resolve(io.cwd, file), file), flags);
  const repository = openRepository(io);
  try {
    const told =
      flags.issue === true
        ? await keepIssue(repository, wanted, flags.author)
        : await keepComment(io, repository, wanted, flags);
    io.stderr.write(`${told}\n`);
    return DONE;
  } finally {
    await repository.close();
  }
}

interface Wanted {
  readonly marker: Marker;
  /** Undefined: there is nothing to say. */
  readonly body: string | undefined;
}

/** At most a megabyte of it: what is longer was not written by trueup. */
function readFile(path: string, name: string): string {
  const buffer = Buffer.alloc(FILE_BYTES_MAX + 1);
  let length = 0;
  try {
    // An artefact may hold a link to a file of the runner, or a pipe that is never written to.
    const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!fstatSync(handle).isFile()) throw new Error('not a file');
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = readSync(handle, buffer, length, buffer.length - length, null);
      }
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw new TrueupError('file-unreadable', `${name} cannot be read`, { cause });
  }
  if (length <= FILE_BYTES_MAX) return buffer.toString('utf8', 0, length);
  throw new TrueupError('file-unreadable', `${name} is larger than ${FILE_BYTES_MAX} bytes`);
}

function wantedBody(content: string, flags: CommentFlags): Wanted {
  const claimed = readMarker(content.split(/\r?\n/, 1)[0] ?? '');
  const stack = flags.stack ?? claimed?.stack;
  if (stack === undefined || stack === '') {
    throw usage('the file does not say which stack it is about: pass --stack and --env');
  }
  const environment = flags.env ?? claimed?.environment ?? 'default';
  const marker = { stack, environment, nothing: false };
  const line = markerLine(marker);
  // What was to be written here failed: that is not the same as having nothing to say.
  if (content.trim() === '') throw usage('the file is empty; nothing was changed on GitHub');
  const { markdown } = readForeignMarkdown(content, BODY_BYTES_MAX - bytesOf(line) - 1);
  const isEmpty = claimed?.nothing === true || markdown.trim() === '';
  return { marker, body: isEmpty ? undefined : `${line}\n${markdown}` };
}

async function keepComment(
  io: CommandIo,
  repository: GithubRepository,
  { marker, body }: Wanted,
  flags: CommentFlags,
): Promise<string> {
  const number = await pullRequestOf(io, repository, flags.pr);
  if (number === undefined)
    return 'No open pull request is at this commit any more; nothing to do.';
  const path = `/issues/${number}/comments`;
  const all = await repository.list(path);
  const [first, ...others] = all.filter((item) => isOwn(item, marker, flags.author));
  // Two runs at once may have made two.
  for (const other of others) await remove(repository, other);
  if (body === undefined) {
    if (first === undefined) return `Nothing to say on #${number}.`;
    await remove(repository, first);
    return `Deleted the comment on #${number}.`;
  }
  if (first === undefined) {
    const made = await repository.send({ method: 'POST', path, body: { body } });
    return `Commented on #${number}.${foreignText(made, flags.author)}`;
  }
  if (first['body'] === body) return `The comment on #${number} says so already.`;
  const own = `/issues/comments/${idOf(first, 'id')}`;
  await repository.send({ method: 'PATCH', path: own, body: { body } });
  return `Updated the comment on #${number}.`;
}

async function remove(repository: GithubRepository, comment: JsonObject): Promise<void> {
  await repository.send({ method: 'DELETE', path: `/issues/comments/${idOf(comment, 'id')}` });
}

async function keepIssue(
  repository: GithubRepository,
  { marker, body }: Wanted,
  author: string,
): Promise<string> {
  const all = await repository.list('/issues', { state: 'open' });
  const own = all.filter((item) => !('pull_request' in item) && isOwn(item, marker, author));
  const [first, ...others] = own.toReversed();
  const close = { state: 'closed', state_reason: 'completed' };
  const closing = body === undefined ? own : others;
  for (const issue of closing) {
    const path = `/issues/${idOf(issue, 'number')}`;
    await repository.send({ method: 'PATCH', path, body: close });
  }
  if (body === undefined) {
    const numbers = own.map((issue) => `#${idOf(issue, 'number')}`).join(', ');
    return own.length === 0 ? 'No issue is open, and nothing is to be said.' : `Closed ${numbers}.`;
  }
  if (first === undefined) {
    const issue = await repository.send({
      method: 'POST',
      path: '/issues',
      body: { title: titleOf(marker), body },
    });
    return `Opened #${idOf(issue, 'number')}.${foreignText(issue, author)}`;
  }
  const number = idOf(first, 'number');
  if (first['body'] === body) return `#${number} says so already.`;
  await repository.send({ method: 'PATCH', path: `/issues/${number}`, body: { body } });
  return `Updated #${number}.`;
}

/** What is made in another name is not found again: each run would make one more. */
function foreignText(made: JsonObject, author: string): string {
  const login = memberAt(made, 'user', 'login');
  if (typeof login !== 'string' || login === author) return '';
  return `\nIt was made by ${text(login)}, and is found again only with --author ${text(login)}.`;
}

function titleOf({ stack, environment }: Marker): string {
  const place = environment === 'default' ? '' : ` / ${text(environment)}`;
  return `trueup: drift of ${text(stack)}${place}`;
}

/** Written by the same author, about the same stack: the hidden line alone could be anybody's. */
function isOwn(item: JsonObject, marker: Marker, author: string): boolean {
  if (memberAt(item, 'user', 'login') !== author) return false;
  if (author.endsWith('[bot]') && memberAt(item, 'user', 'type') !== 'Bot') return false;
  const { body } = item;
  if (typeof body !== 'string') return false;
  const own = readMarker(body.split(/\r?\n/, 1)[0] ?? '');
  return own?.stack === marker.stack && own.environment === marker.environment;
}

/**
 * The number of the pull request that the run is about: given, of the event, or, after another
 * workflow (whose event tells none for a fork), of the open one whose head is the commit it ran on.
 */
async function pullRequestOf(
  io: CommandIo,
  repository: GithubRepository,
  given: string | undefined,
): Promise<number | undefined> {
  if (given !== undefined) {
    const number = Number(given);
    if (Number.isSafeInteger(number) && number > 0) return number;
    throw usage(`--pr takes the number of a pull request, not '${given}'`);
  }
  const event = readEvent(io);
  for (const name of ['pull_request', 'issue']) {
    const number = memberAt(event, name, 'number');
    if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  }
  const sha = memberAt(event, 'workflow_run', 'head_sha');
  const branch = memberAt(event, 'workflow_run', 'head_branch');
  const owner = memberAt(event, 'workflow_run', 'head_repository', 'owner', 'login');
  if (typeof sha !== 'string' || typeof branch !== 'string' || typeof owner !== 'string') {
    throw usage('the event of this run has no pull request: pass --pr');
  }
  const open = await repository.list('/pulls', { state: 'open', head: `${owner}:${branch}` });
  const found = open.find((item) => memberAt(item, 'head', 'sha') === sha);
  return found === undefined ? undefined : idOf(found, 'number');
}

function idOf(object: JsonObject, name: string): number {
  const id = object[name];
  if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return id;
  throw new TrueupError('api-response-invalid', `GitHub answered without the ${name} of an object`);
}
