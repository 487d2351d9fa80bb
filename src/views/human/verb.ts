import type { Verb } from '../../core/event.ts';

export interface VerbWording {
  /** `Creating`; lower case in the live area. */
  readonly running: string;
  /** `Still creating`. */
  readonly still: string;
  /** `Creation`: before "complete" and "failed". */
  readonly noun: string;
}

/** Terraform's words for what is going on. */
export const VERBS: Readonly<Record<Verb, VerbWording>> = {
  creating: { running: 'Creating', still: 'Still creating', noun: 'Creation' },
  updating: { running: 'Modifying', still: 'Still modifying', noun: 'Modifications' },
  replacing: { running: 'Replacing', still: 'Still replacing', noun: 'Replacement' },
  deleting: { running: 'Destroying', still: 'Still destroying', noun: 'Destruction' },
  importing: { running: 'Importing', still: 'Still importing', noun: 'Import' },
  forgetting: { running: 'Forgetting', still: 'Still forgetting', noun: 'Forgetting' },
  moving: { running: 'Moving', still: 'Still moving', noun: 'Move' },
};
