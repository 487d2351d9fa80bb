const ID = /\[id=([^\]]+)\]/;
const GOING = / (?:will be destroyed|must be replaced|will be replaced)(?:\s|$)/;
const LEFT = / will no longer be managed by trueup/;
const HEADLINE = /^ {2}# (\S+) (?:will|must|has|is) /;
const INSIDE = /^ {2}# {3}- /;

/** Keys of objects in blocks of a printed plan whose headline says that the object goes. */
export function keysShown(plan: string): ReadonlySet<string> {
  return keysUnder(plan, GOING);
}

/** Keys of what a printed plan says will be left alone from now on. */
export function keysLeft(plan: string): ReadonlySet<string> {
  return keysUnder(plan, LEFT);
}

/** IDs of what a printed plan says is inside of something that goes. */
export function idsInside(plan: string): ReadonlySet<string> {
  const inside = plan.split('\n').filter((line) => INSIDE.test(line));
  return new Set(inside.flatMap((line) => ID.exec(line)?.[1] ?? []));
}

function keysUnder(plan: string, headline: RegExp): ReadonlySet<string> {
  const keys = new Set<string>();
  let type: string | undefined;
  for (const line of plan.split('\n')) {
    const address = HEADLINE.exec(line)?.[1];
    if (address !== undefined) type = headline.test(line) ? typeOf(address) : undefined;
    else if (line === '') type = undefined;
    const id = ID.exec(line)?.[1];
    if (id !== undefined && type !== undefined && !INSIDE.test(line)) keys.add(`${type} ${id}`);
  }
  return keys;
}

/** `singlestore.workspaces.app` → `singlestore.workspaces`. */
function typeOf(address: string): string {
  return address.split('.').slice(0, 2).join('.');
}
