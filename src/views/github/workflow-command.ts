import type { Diagnostic } from '../../core/diagnostic.ts';
import { text } from '../sanitize.ts';

const LEVELS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** The kinds of annotations that GitHub counts apart. */
export type AnnotationLevel = (typeof LEVELS)[Diagnostic['severity']];

export function levelOf(diagnostic: Diagnostic): AnnotationLevel {
  return LEVELS[diagnostic.severity];
}

/**
 * The line that makes a runner of GitHub show a diagnostic beside the file it is about:
 * `::error file=stacks/acme/prod.yaml,line=3,col=5,title=…::message`. `directory` leads from the
 * root of the repository to the stack; it is empty, or ends with a slash.
 */
export function annotationLine(diagnostic: Diagnostic, directory: string): string {
  const { position, code, message, hint, address } = diagnostic;
  const properties = {
    ...(position === undefined
      ? {}
      : {
          file: `${directory}${position.file}`,
          line: String(position.line),
          col: String(position.column),
        }),
    title: `trueup: ${code}`,
  };
  const told = Object.entries(properties).map(([name, value]) => `${name}=${propertyText(value)}`);
  const place = address === undefined ? '' : ` (${address})`;
  const lines = [`${message}${place}`, ...(hint === undefined ? [] : [hint])];
  return `::${levelOf(diagnostic)} ${told.join(',')}::${lines.map(dataText).join('%0A')}`;
}

/** Everything a runner would take for the end of the message, or for a character of it. */
function dataText(untrusted: string): string {
  return text(untrusted).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Also what ends a property. */
function propertyText(untrusted: string): string {
  return dataText(untrusted).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * Outputs of a step, as its output file takes them: each between two lines of a word that no value
 * can hold, so that no value is read as a further output.
 */
export function outputLines(outputs: Readonly<Record<string, string>>, delimiter: string): string {
  return Object.entries(outputs)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join('');
}
