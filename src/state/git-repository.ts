import { TrueupError } from '../core/errors.ts';
import { parseBatch, type BatchObject } from './git-batch.ts';
import { createGitCalls, type GitCalls, type GitRepositoryOptions } from './git-calls.ts';
import { createPushRefs, type PushRefs } from './git-push.ts';

/** What a ref of the remote points to. */
export interface GitTip {
  readonly oid: string;
  /** First parent of the commit. */
  readonly parent: string | undefined;
  /** The files that were asked for and are there. */
  readonly files: ReadonlyMap<string, GitFile>;
}

export interface GitFile {
  readonly oid: string;
  readonly text: string;
}

export interface NewCommit {
  /** Name → text, or a blob that is in the repository already. */
  readonly files: Readonly<Record<string, string | { readonly oid: string }>>;
  readonly parent: string | undefined;
  readonly message: string;
}

/**
 * Commits and refs of a remote, through plumbing only: nothing of the working tree, the index,
 * HEAD or a branch is read or written, and no local ref is made. Errors: `state-git-unusable` (no
 * git, no repository, no such remote), `state-unreachable` (the remote).
 */
export interface GitRepository {
  /** The tips of these refs as the remote has them now; a ref that is not there is left out. */
  read(wanted: Readonly<Record<string, readonly string[]>>): Promise<ReadonlyMap<string, GitTip>>;
  /** Makes a commit in the local store of objects; gives its name. */
  commit(commit: NewCommit): Promise<string>;
  /**
   * Compare and swap: all of these, or `rejected` when one of them stands elsewhere. After an
   * answer that was lost the remote is asked what became of it. Pushes of a process are in line.
   */
  readonly push: PushRefs;
}

/** The remote may move between being asked and being fetched from. */
const LOOKS_MAX = 5;
/** A state that is being written stands one above the last one that was folded. */
const DEPTH = '--depth=2';

export function createGitRepository(options: GitRepositoryOptions): GitRepository {
  const { remote, clock } = options;
  const calls = createGitCalls(options);
  const fetch = createFetch(calls, remote);

  const readObjects = async (names: readonly string[]): Promise<readonly BatchObject[]> => {
    const input = names.map((name) => `${name}\n`).join('');
    return parseBatch(await calls.local({ args: ['cat-file', '--batch'], input }));
  };
  const writeBlob = async (text: string): Promise<string> =>
    nameOf(await calls.local({ args: ['hash-object', '-w', '--stdin'], input: text }));

  return {
    async read(wanted) {
      const refs = Object.keys(wanted);
      for (let look = 1; ; look += 1) {
        const tips = [...(await calls.listRemote(refs))];
        if (tips.length === 0) return new Map();
        const names = tips.flatMap(([ref, oid]) => [
          oid,
          ...filesOf(wanted, ref).map((file) => `${oid}:${file}`),
        ]);
        const objects = await readObjects(names);
        const missing = tips.filter(([, oid]) => objects[names.indexOf(oid)]?.isThere !== true);
        if (missing.length === 0) return toTips(tips, names, objects, wanted);
        if (look >= LOOKS_MAX) throw moving(remote);
        await fetch(missing.map(([ref]) => ref));
      }
    },
    async commit({ files, parent, message }) {
      const entries: string[] = [];
      for (const [name, file] of Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        const oid = typeof file === 'string' ? await writeBlob(file) : file.oid;
        entries.push(`100644 blob ${oid}\t${name}\n`);
      }
      const tree = nameOf(await calls.local({ args: ['mktree'], input: entries.join('') }));
      const above = parent === undefined ? [] : ['-p', parent];
      const args = ['commit-tree', ...above, tree];
      return nameOf(await calls.local({ args, input: message, variables: authorAt(clock.now()) }));
    },
    push: createPushRefs(calls, remote, clock),
  };
}

/**
 * A shallow clone stays one: it gets the newest commits. Another one gets the whole history, as it
 * would of a branch; made shallow, it would be told so by every other tool.
 */
function createFetch(calls: GitCalls, remote: string): (refs: readonly string[]) => Promise<void> {
  let isShallow: Promise<boolean> | undefined;
  return async (refs) => {
    isShallow ??= calls
      .local({ args: ['rev-parse', '--is-shallow-repository'] })
      .then((text) => nameOf(text) === 'true');
    const limit = (await isShallow) ? [DEPTH] : [];
    const fixed = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-prune', '--refmap='];
    const args = ['fetch', ...fixed, ...limit, remote, ...refs];
    const result = await calls.run({ args, network: true });
    if (result.status !== 0) throw calls.unreachable(result);
  };
}

function toTips(
  tips: readonly (readonly [string, string])[],
  names: readonly string[],
  objects: readonly BatchObject[],
  wanted: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, GitTip> {
  const byName = new Map(names.map((name, index) => [name, objects[index]]));
  return new Map(
    tips.map(([ref, oid]) => {
      const commit = byName.get(oid);
      const head = commit?.isThere === true ? commit.text.replace(/\n\n[^]*$/, '') : '';
      const files = filesOf(wanted, ref).flatMap((name): [string, GitFile][] => {
        const file = byName.get(`${oid}:${name}`);
        return file?.isThere === true ? [[name, { oid: file.oid, text: file.text }]] : [];
      });
      return [
        ref,
        { oid, parent: /^parent (\S+)$/m.exec(head)?.[1], files: new Map(files) },
      ] as const;
    }),
  );
}

function filesOf(
  wanted: Readonly<Record<string, readonly string[]>>,
  ref: string,
): readonly string[] {
  return wanted[ref] ?? [];
}

function nameOf(output: Buffer): string {
  return output.toString('utf8').trim();
}

function authorAt(nowMs: number): Readonly<Record<string, string>> {
  const date = `@${String(Math.floor(nowMs / 1000))} +0000`;
  const name = { GIT_AUTHOR_NAME: 'trueup', GIT_COMMITTER_NAME: 'trueup' };
  const mail = { GIT_AUTHOR_EMAIL: 'trueup@localhost', GIT_COMMITTER_EMAIL: 'trueup@localhost' };
  return { ...name, ...mail, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
}

function moving(remote: string): TrueupError {
  return new TrueupError(
    'state-unreachable',
    `the state moves on the remote '${remote}' while it is read`,
    {
      hint: 'run it again',
    },
  );
}
