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
  const found = [...kinds.values()].find(
    (kind) => kind.type === kindName || kind.name === kindName,
  );
  if (found === undefined) {
    const known = [...kinds.values()].map((kind) => kind.name).join(', ');
    throw usage(`there is no kind '${kindName}'; there are ${known}`);
  }
  io.stdout.write(`${JSON.stringify(found.schema, null, 2)}\n`);
  return Promise.resolve(DONE);
}
