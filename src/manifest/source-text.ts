import type { SourcePosition } from '../core/diagnostic.ts';

/** A stretch of a manifest file, by offsets in UTF-16 units; `end` is exclusive. */
export interface Origin {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/** A file's text, with lines looked up only when a position is asked for. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Line of an offset, counted from 1. */
  lineOf(offset: number): number {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** Text of a line (from 1), without its line break. */
  lineText(line: number): string {
    const starts = this.#starts();
    const end = starts[line] ?? this.text.length + 1;
    const text = this.text.slice(starts[line - 1] ?? 0, end - 1);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  /** The place of a stretch; its length ends with the first line. */
  positionOf(start: number, end: number): SourcePosition {
    const line = this.lineOf(start);
    const lineStart = this.#starts()[line - 1] ?? 0;
    const lineEnd = lineStart + this.lineText(line).length;
    const length = Math.max(1, Math.min(end, lineEnd) - start);
    return { file: this.file, line, column: start - lineStart + 1, length };
  }

  #starts(): readonly number[] {
    this.#lineStarts ??= lineStarts(this.text);
    return this.#lineStarts;
  }
}

export function positionAt(origin: Origin): SourcePosition {
  return origin.source.positionOf(origin.start, origin.end);
}

/** `file:line`, for messages that name a second place. */
export function placeText(origin: Origin): string {
  return `${origin.source.file}:${origin.source.lineOf(origin.start)}`;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
