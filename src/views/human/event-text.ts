import { unreachable } from '../../core/errors.ts';
import type { Event } from '../../core/event.ts';
import { count } from '../plural.ts';
import { text } from '../sanitize.ts';
import {
  blockedText,
  doneText,
  failedText,
  skippedText,
  startedText,
  stepText,
} from './change-line.ts';
import { renderDiagnostic } from './diagnostic.ts';
import {
  generatedText,
  interruptedText,
  quietLine,
  rateText,
  readText,
  retryText,
} from './run-line.ts';
import type { LineOptions } from './run-line.ts';

/** The plain line of an event, without its line break; undefined where a human needs none. */
export function eventText(event: Event, options: LineOptions): string | undefined {
  const { style, live } = options;
  switch (event.type) {
    case 'refresh-started':
      return quietLine('info', `Reading ${count(event.collections, 'collection')}...`, options);
    case 'collection-read':
      return quietLine('debug', readText(event), options);
    case 'refresh-done':
      return quietLine('info', `Read in ${count(event.requests, 'request')}.`, options);
    case 'diagnostic':
      return renderDiagnostic(event.diagnostic, style).trimEnd();
    case 'lock-waiting':
      return `Waiting for the state lock held by ${text(event.holder)}...`;
    case 'lock-acquired':
      if (event.takenOverFrom === undefined) return undefined;
      return `Took over the state lock of ${text(event.takenOverFrom)}, which is gone.`;
    case 'change-started':
      return live ? undefined : startedText(event, style);
    case 'step-started':
      return live || event.steps === 1 ? undefined : stepText(event, style);
    case 'change-done':
      return doneText(event, style);
    case 'change-failed':
      return failedText(event, style);
    case 'change-blocked':
      return blockedText(event, style);
    case 'change-skipped':
      return skippedText(event, style);
    case 'generated-secret':
      // One that is lost has a warning of its own.
      return event.delivered === 'lost' ? undefined : generatedText(event, style);
    case 'rate-changed':
      return quietLine('info', rateText(event), options);
    case 'request-retried':
      return quietLine('info', retryText(event), options);
    case 'log':
      return quietLine(event.level, text(event.message), options);
    case 'interrupted':
      return style.yellow(interruptedText(event));
    case 'run-started':
    case 'planned':
    case 'apply-started':
    case 'change-waiting':
    case 'change-not-started':
    case 'apply-done':
      return undefined;
    default:
      return unreachable(event);
  }
}
