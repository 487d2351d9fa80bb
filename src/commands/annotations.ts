import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { annotationLine, levelOf } from '../views/github/workflow-command.ts';
import type { CommandIo } from './command-io.ts';
import type { Reporting } from './reporting.ts';

/** GitHub shows at most so many annotations of a kind of one step. */
const ANNOTATIONS_MAX = 10;

/** Whether a runner of GitHub Actions runs this. */
export function isGithubRun(io: Pick<CommandIo, 'env'>): boolean {
  return io.env['GITHUB_ACTIONS'] === 'true';
}

/** The same reporting, which also shows each diagnostic beside its file; at most ten of a kind. */
export function withAnnotations(
  reporting: Reporting,
  io: CommandIo,
  directory: string | undefined,
): Reporting {
  if (!isGithubRun(io)) return reporting;
  const prefix = directory === undefined ? '' : pathInRepository(io, resolve(io.cwd, directory));
  const counts = new Map<string, number>();
  const annotate = (diagnostic: Diagnostic): void => {
    const level = levelOf(diagnostic);
    const count = (counts.get(level) ?? 0) + 1;
    counts.set(level, count);
    if (count <= ANNOTATIONS_MAX) io.stderr.write(`${annotationLine(diagnostic, prefix)}\n`);
  };
  return {
    ...reporting,
    emit(event) {
      reporting.emit(event);
      if (event.type === 'change-failed') annotate({ ...event.diagnostic, address: event.address });
      else if (event.type === 'diagnostic') annotate(event.diagnostic);
    },
    diagnostics(items) {
      reporting.diagnostics(items);
      for (const item of items) annotate(item);
    },
  };
}

/** From the root of the repository to a directory: empty, or with a slash at its end. */
function pathInRepository(io: CommandIo, directory: string): string {
  const workspace = io.env['GITHUB_WORKSPACE'];
  if (workspace === undefined || workspace === '') return '';
  const path = relative(realPath(workspace), realPath(directory));
  if (path === '' || path.startsWith('..')) return '';
  return `${path.split(sep).join('/')}/`;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** One mistake that ended the command. */
export function annotateError(io: CommandIo, diagnostic: Diagnostic): void {
  if (isGithubRun(io)) io.stderr.write(`${annotationLine(diagnostic, '')}\n`);
}
