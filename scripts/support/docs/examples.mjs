// Entries of the example stacks, as examples of the reference.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Document, isMap, parseAllDocuments } from 'yaml';

/**
 * A function that gives the fullest entry of a kind in the first example stack that has any, as
 * YAML with its comments.
 */
export function exampleFinder(folder) {
  const stacks = readdirSync(folder).toSorted();
  const documents = stacks.map((stack) => documentsOf(join(folder, stack)));
  return (kind) => {
    for (const ofStack of documents) {
      const entries = ofStack.flatMap((document) => entriesOf(document, kind));
      const [fullest] = entries.toSorted((a, b) => size(b) - size(a));
      if (fullest !== undefined) return textOf(kind, fullest);
    }
    return undefined;
  };
}

function documentsOf(directory) {
  const names = readdirSync(directory).filter((name) => /^[^._].*\.ya?ml$/.test(name));
  return names
    .toSorted()
    .flatMap((name) => parseAllDocuments(readFileSync(join(directory, name), 'utf8')));
}

function entriesOf(document, { provider, name }) {
  if (!isMap(document.contents)) return [];
  const found = document.getIn([provider, name]) ?? document.get(name);
  return isMap(found) ? found.items : [];
}

function size({ value }) {
  return isMap(value) ? value.items.length : 0;
}

function textOf({ name }, entry) {
  const document = new Document({});
  document.set(name, document.createNode({}));
  const key = typeof entry.key === 'object' ? entry.key.value : entry.key;
  const { value } = entry;
  document.setIn([name, key], value);
  document.get(name).flow = false;
  return document.toString({ lineWidth: 0 });
}
