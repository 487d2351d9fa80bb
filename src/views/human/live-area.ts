import { cutToWidth, textWidth } from '../text-width.ts';

/** The part of a terminal stream that a live area needs. */
export interface LiveStream {
  readonly write: (text: string) => unknown;
  /** Width in columns; 80 where the stream does not tell. */
  readonly columns?: number | undefined;
  /** Height in rows. */
  readonly rows?: number | undefined;
}

/** A line without any escape; `paint` colours it after it was cut to the width. */
export interface AreaLine {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

export interface LiveArea {
  /** Replaces what the area shows; nothing is written when it is the same. */
  readonly show: (lines: readonly AreaLine[]) => void;
  /** Writes whole lines above the area. */
  readonly print: (text: string) => void;
  readonly clear: () => void;
}

const DEFAULT_COLUMNS = 80;

/**
 * Lines at the bottom of a terminal that are drawn again and again. The cursor rests on the line
 * below them; each write takes the old lines away and draws the new ones in one go.
 */
export function createLiveArea(stream: LiveStream): LiveArea {
  /** Widths of the lines on the screen: a narrower window has wrapped them. */
  let widths: readonly number[] = [];
  let shown = '';

  function columns(): number {
    const width = stream.columns;
    return width === undefined || width <= 0 ? DEFAULT_COLUMNS : width;
  }

  function eraseText(): string {
    const width = columns();
    const rows = widths.reduce((sum, line) => sum + Math.max(1, Math.ceil(line / width)), 0);
    return rows === 0 ? '' : `\u001B[${rows}A\r\u001B[J`;
  }

  return {
    show(lines) {
      // The last column stays free: some terminals wrap when it is written.
      const cut = lines.map((line) => ({ ...line, text: cutToWidth(line.text, columns() - 1) }));
      const next = cut.map((line) => `${line.paint?.(line.text) ?? line.text}\n`).join('');
      if (next === shown) return;
      stream.write(`${eraseText()}${next}`);
      shown = next;
      widths = cut.map((line) => textWidth(line.text));
    },
    print(text) {
      stream.write(`${eraseText()}${text}${shown}`);
    },
    clear() {
      if (widths.length > 0) stream.write(eraseText());
      shown = '';
      widths = [];
    },
  };
}
