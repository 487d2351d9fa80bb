// Pieces of Markdown for the generated parts of docs/. What comes in is plain text with code spans.

/** A table; an empty text where there is no row. */
export function table(head, rows) {
  if (rows.length === 0) return '';
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join(
    '',
  );
}

function line(cells) {
  return `| ${cells.join(' | ')} |\n`;
}

function cell(text) {
  return outsideOfCode(text, (plain) => plain.replaceAll('<', '&lt;'))
    .replaceAll('|', '\\|')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Plain text as a paragraph. */
export function paragraph(text) {
  return `${outsideOfCode(text, (plain) => plain.replaceAll('<', '&lt;'))}\n\n`;
}

function outsideOfCode(text, change) {
  return text.replaceAll(/(`[^`]*`)|([^`]+)/g, (_, code, plain) => code ?? change(plain));
}

export function code(value) {
  const isBare = typeof value === 'string' && value !== '';
  return `\`${isBare ? value : JSON.stringify(value)}\``;
}

/** The lines between `<!-- generated: NAME -->` and `<!-- end -->` replaced; the marks stay. */
export function replaceBetweenMarks(text, name, made) {
  const start = `<!-- generated: ${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf('<!-- end -->', from);
  if (from === -1 || to === -1) throw new Error(`there are no marks for ${name}`);
  return `${text.slice(0, from + start.length)}\n\n${made.trim()}\n\n${text.slice(to)}`;
}
