import type { Mutation } from '../../../src/emulator/singlestore/mutation.ts';
import type { Known } from './case.ts';

export const ALLOWED = { lifecycle: { replace: 'allow' } };

export function regionId(known: Known, provider: string, regionName: string): string {
  return known.find('regions', { provider, regionName });
}

export function projectId(known: Known, name: string): string {
  return known.find('projects', { name });
}

export function userId(known: Known, email: string): string {
  return known.find('users', { email });
}

type Deletable = Extract<Mutation, { op: 'delete' }>['type'];

/** Another user deletes the subject. */
export function deleted(type: Deletable, address: string): (known: Known) => Mutation {
  return (known) => ({ op: 'delete', type, id: known.id(address) });
}
