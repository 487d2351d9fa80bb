import { stackSchema } from '../manifest/stack-schema.ts';
import { kindTable, PROVIDERS } from '../providers/registry.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import { usage } from './parse-flags.ts';

/** `trueup schema [KIND]`: the JSON Schema of a stack file, or of one kind, on stdout. */
export function runSchema(io: CommandIo, kindName: string | undefined): Promise<Endings> {
  const kinds = kindTable(PROVIDERS);
  if (kindName === undefined) {
    io.stdout.write(`${JSON.stringify(stackSchema(kinds), null, 2)}\n`);
    return Promise.resolve(DONE);
  }
  const all = [...kinds.values()];
  const [found, ...others] = all.filter(({ type, name }) => type === kindName || name === kindName);
  if (found === undefined) {
    const known = new Set(all.map(({ name }) => name));
    throw usage(`there is no kind '${kindName}'; there are ${[...known].join(', ')}`);
  }
  if (others.length > 0) {
    const types = [found, ...others].map(({ type }) => type);
    throw usage(`'${kindName}' may be ${types.join(' or ')}`);
  }
  io.stdout.write(`${JSON.stringify(found.schema, null, 2)}\n`);
  return Promise.resolve(DONE);
}
