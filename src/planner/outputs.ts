import { TrueupError } from '../core/errors.ts';
import { resolveTerm, sameValue } from '../core/resolve.ts';
import { hasSensitive, Unknown, type Value } from '../core/value.ts';
import { createEnvironment } from './environment.ts';
import type { OutputChange } from './plan.ts';
import type { Planning } from './planning.ts';

/** The outputs of the stack as they will be; unknown where what they need is not planned. */
export function planOutputs(planning: Planning): readonly OutputChange[] {
  const { stack, prior, live, kinds, redactor } = planning.input;
  if (planning.input.options.destroy) return removedOutputs(planning);
  const environment = createEnvironment(planning.outcomes, live, kinds, redactor);
  const changes = stack.outputs.map((output): OutputChange => {
    const recorded = prior.outputs[output.name];
    const after = resolveOutput(() => resolveTerm(output.value, environment));
    const sensitive = output.sensitive || hasSensitive(after);
    const before = sensitive && recorded?.sensitive === true ? after : recorded?.value;
    // What an object that stays as it is does not report is no change of this plan.
    const isSilent = after instanceof Unknown && isInPlace(planning, after.of);
    return {
      name: output.name,
      sensitive,
      before: isSilent || sameValue(before, after) ? after : before,
      after,
    };
  });
  return changes;
}

function isInPlace(planning: Planning, address: string | undefined): boolean {
  return address !== undefined && planning.outcomes.get(address)?.action === 'no-op';
}

function removedOutputs(planning: Planning): readonly OutputChange[] {
  return Object.entries(planning.input.prior.outputs).map(([name, output]) => ({
    name,
    sensitive: output.sensitive,
    before: output.value,
    after: null,
  }));
}

function resolveOutput(resolve: () => Value): Value {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof TrueupError && error.code !== 'internal') return new Unknown();
    throw error;
  }
}
