import { createHash } from 'node:crypto';
import type { GitCommand, GitResult, GitRunner } from '../../src/state/git-command.ts';
import { WorldStopped } from './memory-files.ts';

interface GitObject {
  readonly type: 'blob' | 'tree' | 'commit';
  readonly text: string;
}

/**
 * Called before and after each command: before, nothing was done; after, all of it. A text makes
 * the command fail with that message.
 */
export type GitHook = (args: readonly string[], phase: 'before' | 'after') => string | undefined;

export interface GitDouble {
  /** Refs of the remote. */
  readonly refs: Map<string, string>;
  /** A clone: its own objects over the same remote. */
  clone(): GitClone;
  /** Text of a file at a ref of the remote. */
  file(ref: string, name: string): string | undefined;
  /** Subjects of the commits from a ref on, newest first. */
  log(ref: string): readonly string[];
  /** Puts other files at a ref, as if somebody else had pushed them. */
  put(ref: string, files: Readonly<Record<string, string>>): void;
}

export interface GitClone {
  readonly run: GitRunner;
  setHook(hook: GitHook | undefined): void;
  /** Commands so far, by their first word. */
  readonly commands: readonly string[];
  /** Every later command fails as that of a process that has ended. */
  stop(): void;
}

/**
 * A remote repository with clones, for the commands that trueup uses. Written from git's manual
 * pages; `test/state/git-real.slow.test.ts` runs the same backend against git itself.
 */
export function createGitDouble(): GitDouble {
  const refs = new Map<string, string>();
  const objects = new Map<string, GitObject>();

  const fileAt = (
    store: ReadonlyMap<string, GitObject>,
    oid: string,
    name: string,
  ): string | undefined => {
    const tree = store.get(/^tree (\S+)/.exec(store.get(oid)?.text ?? '')?.[1] ?? '');
    const line = tree?.text.split('\n').find((text) => text.endsWith(`\t${name}`));
    return line?.split(/[ \t]/)[2];
  };

  return {
    refs,
    clone: () => createClone(refs, objects, fileAt),
    file(ref, name) {
      const oid = fileAt(objects, refs.get(ref) ?? '', name);
      return oid === undefined ? undefined : objects.get(oid)?.text;
    },
    log(ref) {
      const subjects: string[] = [];
      for (let oid = refs.get(ref); oid !== undefined;) {
        const text = objects.get(oid)?.text ?? '';
        subjects.push(text.split('\n\n')[1]?.split('\n')[0] ?? '');
        oid = /^parent (\S+)$/m.exec(text)?.[1];
      }
      return subjects;
    },
    put(ref, files) {
      const lines = Object.entries(files).map(([name, text]) => {
        const oid = add(objects, 'blob', text);
        return `100644 blob ${oid}\t${name}\n`;
      });
      const tree = add(objects, 'tree', lines.join(''));
      refs.set(ref, add(objects, 'commit', `tree ${tree}\n\nby hand\n`));
    },
  };
}

function add(store: Map<string, GitObject>, type: GitObject['type'], text: string): string {
  const oid = createHash('sha1').update(`${type} ${text}`).digest('hex');
  store.set(oid, { type, text });
  return oid;
}

function createClone(
  refs: Map<string, string>,
  remote: Map<string, GitObject>,
  fileAt: (store: ReadonlyMap<string, GitObject>, oid: string, name: string) => string | undefined,
): GitClone {
  const local = new Map<string, GitObject>();
  const commands: string[] = [];
  let hook: GitHook | undefined;
  let stopped = false;

  const describe = (asked: string): string => {
    const [oid = '', name] = asked.split(':');
    const found = name === undefined ? oid : fileAt(local, oid, name);
    const object = found === undefined ? undefined : local.get(found);
    if (object === undefined) return `${asked} missing\n`;
    const size = String(Buffer.byteLength(object.text));
    return `${found ?? ''} ${object.type} ${size}\n${object.text}\n`;
  };

  const push = (args: readonly string[]): string => {
    const leases = args.flatMap((arg) => {
      const [, ref, oid] = /^--force-with-lease=(.+):(.*)$/.exec(arg) ?? [];
      return ref === undefined ? [] : [{ ref, oid }];
    });
    const isStale = leases.some(({ ref, oid }) => (refs.get(ref) ?? '') !== oid);
    if (isStale) throw new Error('stale info');
    for (const arg of args.filter((text) => /^[0-9a-f]{40}:refs/.test(text))) {
      const [oid = '', ref = ''] = arg.split(':');
      refs.set(ref, oid);
    }
    for (const [oid, object] of local) remote.set(oid, object);
    return '';
  };

  const execute = ({ args, input = '', variables = {} }: GitCommand): string => {
    switch (args[0] ?? '') {
      case 'remote':
        return 'double\n';
      case 'rev-parse':
        return 'false\n';
      case 'ls-remote':
        return args
          .slice(2)
          .flatMap((ref) => (refs.has(ref) ? [`${refs.get(ref) ?? ''}\t${ref}\n`] : []))
          .join('');
      case 'fetch':
        for (const [oid, object] of remote) local.set(oid, object);
        return '';
      case 'cat-file':
        return input
          .split('\n')
          .slice(0, -1)
          .map((line) => describe(line))
          .join('');
      case 'hash-object':
        return add(local, 'blob', input);
      case 'mktree':
        return add(local, 'tree', input);
      case 'commit-tree': {
        const parent = args[1] === '-p' ? `parent ${args[2] ?? ''}\n` : '';
        const head = `tree ${args.at(-1) ?? ''}\n${parent}author ${variables['GIT_AUTHOR_DATE'] ?? ''}\n`;
        return add(local, 'commit', `${head}\n${input}`);
      }
      case 'push':
        return push(args);
      default:
        throw new Error(`the double knows no ${String(args[0])}`);
    }
  };

  const turn: GitHook = (args, phase) => {
    if (stopped) throw new WorldStopped('the process has ended');
    const failure = hook?.(args, phase);
    if (stopped) throw new WorldStopped('the process has ended');
    return failure;
  };

  return {
    commands,
    async run(command): Promise<GitResult> {
      await Promise.resolve();
      commands.push(command.args[0] ?? '');
      const before = turn(command.args, 'before');
      if (before !== undefined) return failed(before);
      const result = attempt(() => execute(command));
      const after = turn(command.args, 'after');
      return after === undefined ? result : failed(after);
    },
    setHook(next) {
      hook = next;
    },
    stop() {
      stopped = true;
    },
  };
}

function attempt(work: () => string): GitResult {
  try {
    return { status: 0, stdout: Buffer.from(work()), stderr: '' };
  } catch (error) {
    return failed(String(error));
  }
}

function failed(stderr: string): GitResult {
  return { status: 128, stdout: Buffer.alloc(0), stderr };
}
