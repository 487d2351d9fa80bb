import { TrueupError } from '../core/errors.ts';
import { renderOutput, renderOutputs } from '../views/human/outputs.ts';
import { renderState, renderStateList, renderStateResource } from '../views/human/state.ts';
import { outputsJson, stateJson, stateResourceJson } from '../views/json/state-json.ts';
import { jsonText } from '../views/sanitize.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import type { StackFlags } from './flags.ts';
import { findAddress } from './find-address.ts';
import { openSession } from './session.ts';

/** `trueup show` and `trueup state show`: what the state holds, without any secret. */
export async function runShow(
  io: CommandIo,
  directory: string,
  flags: StackFlags,
  address?: string,
): Promise<Endings> {
  const { json, ...rest } = flags;
  const session = await openSession(io, directory, rest, 'other');
  try {
    const { state } = await session.backend.load();
    const { style } = session.reporting;
    if (address === undefined) {
      io.stdout.write(json === true ? pretty(stateJson(state)) : renderState(state, style));
      return DONE;
    }
    const found = findAddress(address, Object.keys(state.resources));
    const entry = state.resources[found];
    if (entry === undefined)
      throw new TrueupError('state-address-unknown', `${found} is not in the state`);
    io.stdout.write(
      json === true
        ? pretty(stateResourceJson(found, entry))
        : renderStateResource(found, entry, style),
    );
    return DONE;
  } finally {
    session.reporting.close();
  }
}

/** `trueup state list`. */
export async function runStateList(
  io: CommandIo,
  directory: string,
  flags: StackFlags & { readonly ids?: boolean },
): Promise<Endings> {
  const { json, ...rest } = flags;
  const session = await openSession(io, directory, rest, 'other');
  try {
    const { state } = await session.backend.load();
    io.stdout.write(
      json === true
        ? pretty(
            Object.entries(state.resources).map(([address, entry]) => ({ address, id: entry.id })),
          )
        : renderStateList(state.resources, { ids: flags.ids === true }),
    );
    return DONE;
  } finally {
    session.reporting.close();
  }
}

/** `trueup output [NAME]`: the outputs of the last apply. */
export async function runOutput(
  io: CommandIo,
  directory: string,
  flags: StackFlags,
  name?: string,
): Promise<Endings> {
  const { json, ...rest } = flags;
  const session = await openSession(io, directory, rest, 'other');
  try {
    const { state } = await session.backend.load();
    if (name === undefined) {
      io.stdout.write(
        json === true
          ? pretty(outputsJson(state.outputs))
          : renderOutputs(state.outputs, session.reporting.style),
      );
      return DONE;
    }
    const output = Object.hasOwn(state.outputs, name) ? state.outputs[name] : undefined;
    if (output === undefined) {
      const known = Object.keys(state.outputs);
      throw new TrueupError('state-address-unknown', `there is no output '${name}' in the state`, {
        hint:
          known.length === 0
            ? 'outputs are recorded by `trueup apply`'
            : `there are: ${known.join(', ')}`,
      });
    }
    io.stdout.write(
      json === true
        ? pretty(outputsJson({ [name]: output }))
        : renderOutput(output, { terminal: io.stdout.isTTY }),
    );
    return DONE;
  } finally {
    session.reporting.close();
  }
}

function pretty(value: unknown): string {
  return `${jsonText(value, 2)}\n`;
}
