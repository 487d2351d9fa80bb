import type { DiagnosticCode } from '../core/diagnostic-code.ts';
import type { Ending, Endings } from './command-io.ts';

/** Exit codes, worst first: where several hold, the first one wins. docs/commands.md says so too. */
const EXIT_CODES: readonly (readonly [Ending, number])[] = [
  ['interrupted', 130],
  ['locked', 6],
  ['refused', 4],
  ['error', 1],
  ['incomplete', 3],
  ['stale', 5],
  ['changes', 2],
];

export function exitCodeOf(endings: Endings): number {
  return EXIT_CODES.find(([ending]) => endings.has(ending))?.[1] ?? 0;
}

/** How a thrown error ends a command. */
export function endingOfError(code: DiagnosticCode | undefined): Ending {
  if (code === 'state-locked') return 'locked';
  if (code === 'interrupted') return 'interrupted';
  if (code !== undefined && code.startsWith('guard-')) return 'refused';
  return 'error';
}
