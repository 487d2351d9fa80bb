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
  const names = [...overlays.keys()].filter((name) => name !== 'default').toSorted();
  if (wanted === undefined) {
    const message = 'the stack has environments; say which one is meant';
    const hint = `--env ${[...names, '- (the base)'].join(' | ')}`;
    reporter.add({ code: 'environment-required', message, hint });
    return undefined;
  }
  const [file, second] = overlays.get(wanted) ?? [];
  if (file !== undefined && second !== undefined) {
    const message = `${file} and ${second} are the same environment; one file makes it`;
    reporter.add({ code: 'key-duplicate', message });
    return undefined;
  }
  if (file !== undefined && wanted !== 'default') return { name: wanted, file };
  const message =
    wanted === 'default' && file !== undefined
      ? 'the name "default" belongs to the base; give the environment another name'
      : `the stack has no environment "${wanted}"`;
  const known =
    overlays.size === 0 ? 'there is no folder environments/' : `known: ${names.join(', ')}`;
  const hint = didYouMean(wanted, names) ?? known;
  reporter.add({ code: 'environment-unknown', message, hint });
  return undefined;
}

/** The files of each environment: one, or `.yaml` and `.yml` by mistake. */
function overlaysByName(files: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const overlays = new Map<string, readonly string[]>();
  for (const file of files) {
    const name = OVERLAY.exec(file)?.[1];
    if (name === undefined || /^[._]/.test(name)) continue;
    overlays.set(name, [...(overlays.get(name) ?? []), file]);
  }
  return overlays;
}
