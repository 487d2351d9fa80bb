/** One answer of `git cat-file --batch`. */
export type BatchObject =
  | { readonly isThere: false }
  | { readonly isThere: true; readonly oid: string; readonly type: string; readonly text: string };

const NEWLINE = 10;

/** Takes the output of `git cat-file --batch` apart: one object for each line that was asked. */
export function parseBatch(output: Buffer): readonly BatchObject[] {
  const objects: BatchObject[] = [];
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(NEWLINE, at);
    if (end === -1) break;
    const header = output.toString('utf8', at, end);
    const found = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(header);
    if (found === null) {
      objects.push({ isThere: false });
      at = end + 1;
      continue;
    }
    const [, oid = '', type = '', size = '0'] = found;
    const from = end + 1;
    const to = from + Number(size);
    objects.push({ isThere: true, oid, type, text: output.toString('utf8', from, to) });
    at = to + 1;
  }
  return objects;
}
