import type { Reporter } from './reporter.ts';
import { didYouMean } from '../core/suggest.ts';

const OVERLAY = /^environments\/([^/]+)\.ya?ml$/;

/** The environment of a run, and the overlay that makes it. */
export interface ChosenEnvironment {
  /** `default` for the base. */
  readonly name: string;
  /** Undefined for the base. */
  readonly file: string | undefined;
}

export function isOverlay(file: string): boolean {
  return file.startsWith('environments/');
}

/** What `--env` means here; undefined when it is wrong, and then it has been reported. */
export function chooseEnvironment(
  files: Iterable<string>,
  wanted: string | undefined,
  reporter: Reporter,
): ChosenEnvironment | undefined {
  const overlays = overlaysByName(files);
  if (wanted === '-' || (wanted === undefined && overlays.size === 0)) {
    return { name: 'default', file: undefined };
  }
  const names = [...overlays.keys()].toSorted();
  if (wanted === undefined) {
    const message = 'the stack has environments; say which one is meant';
    const hint = `--env ${names.join(' | ')} | - (the base)`;
    reporter.add({ code: 'environment-required', message, hint });
    return undefined;
  }
  const file = overlays.get(wanted);
  if (file !== undefined && wanted !== 'default') return { name: wanted, file };
  const message =
    wanted === 'default' && file !== undefined
      ? 'the name "default" belongs to the base; give the environment another name'
      : `the stack has no environment "${wanted}"`;
  const known =
    names.length === 0 ? 'there is no folder environments/' : `known: ${names.join(', ')}`;
  const hint =
    didYouMean(
      wanted,
      names.filter((name) => name !== 'default'),
    ) ?? known;
  reporter.add({ code: 'environment-unknown', message, hint });
  return undefined;
}

function overlaysByName(files: Iterable<string>): ReadonlyMap<string, string> {
  const overlays = new Map<string, string>();
  for (const file of files) {
    const name = OVERLAY.exec(file)?.[1];
    if (name !== undefined && !/^[._]/.test(name)) overlays.set(name, file);
  }
  return overlays;
}
