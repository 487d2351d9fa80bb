import type { CheckInput, PlanProblem } from '../../core/kind.ts';
import type { LiveView } from '../../core/live.ts';
import { suggestion } from '../../core/suggest.ts';
import type { ValueObject } from '../../core/value.ts';
import { textField } from '../shared/field-values.ts';
import { regionOfCname, regionSpelling, usableRegions } from './regions.ts';

/** Where an app is put: one of these. */
export const PLACEMENT = ['region', 'cname', 'cluster_name'];

/**
 * A region and its older name are one: what stands for a region is read as that region, in the
 * spelling of the API, which takes no other.
 */
export function canonicalPlacement(fields: ValueObject, live: LiveView): ValueObject {
  const given = textField(fields, 'region');
  const spelt = given === undefined ? fields : { ...fields, region: regionSpelling(given, live) };
  const cname = textField(fields, 'cname');
  const region = cname === undefined ? undefined : regionOfCname(cname, live);
  if (region === undefined) return spelt;
  const { cname: _, ...rest } = spelt;
  return { region, ...rest };
}

/** Two places at once. */
export function checkPlacement(fields: ValueObject): readonly PlanProblem[] {
  const given = PLACEMENT.filter((name) => fields[name] !== undefined);
  const [first, second] = given;
  if (first === undefined || second === undefined) return [];
  return [
    {
      code: 'schema-value',
      message: `an app is placed by one of ${PLACEMENT.join(', ')}, not by ${given.join(' and ')}`,
      path: [second],
    },
  ];
}

/** A new app without a place would be attached to nothing; a region must exist and take apps. */
export function checkNewPlacement({ resource, live }: CheckInput): readonly PlanProblem[] {
  const { id, fields } = resource;
  if (id !== undefined) return [];
  if (PLACEMENT.every((name) => fields[name] === undefined)) {
    return [
      {
        code: 'schema-missing-field',
        message: `"region" is missing: ${resource.type} cannot be created without it`,
      },
    ];
  }
  const usable = usableRegions(live);
  const region = textField(canonicalPlacement(fields, live), 'region');
  if (usable === undefined || region === undefined) return [];
  if (usable.some((known) => known.toLowerCase() === region.trim().toLowerCase())) return [];
  const path = [fields['region'] === undefined ? 'cname' : 'region'];
  const message = `apps cannot be created in the region ${region}${suggestion(region, usable)}`;
  return [{ code: 'name-unknown', message, path, hint: `there are ${usable.join(', ')}` }];
}
