import type { FieldRole } from '../core/field-role.ts';

/** The fields of a kind as a tree, so that a manifest is walked beside its roles. */
export interface FieldNode {
  readonly role: FieldRole | undefined;
  readonly children: ReadonlyMap<string, FieldNode>;
  /** Role of the elements of an array. */
  readonly element: FieldNode | undefined;
}

interface Building {
  role: FieldRole | undefined;
  readonly children: Map<string, Building>;
  element: Building | undefined;
}

/** Builds the tree; an array of references passes its reference on to its elements. */
export function fieldTree(fields: readonly FieldRole[]): FieldNode {
  const root = branch();
  for (const field of fields) {
    let at = root;
    for (const name of field.path) at = step(at, name);
    at.role = field;
  }
  passReferences(root);
  return root;
}

/** The field at a path (`*` for elements), or undefined when the kind has none there. */
export function fieldAt(root: FieldNode, path: readonly string[]): FieldNode | undefined {
  let at: FieldNode | undefined = root;
  for (const name of path) {
    at = name === '*' || /^\d+$/.test(name) ? at?.element : at?.children.get(name);
    if (at === undefined) return undefined;
  }
  return at;
}

/** The field above this path that is compared and sent as a whole: an atomic object, a list. */
export function wholeAbove(root: FieldNode, path: readonly string[]): FieldRole | undefined {
  return path
    .map((_, end) => fieldAt(root, path.slice(0, end))?.role)
    .find((role) => role?.atomic === true || role?.types.includes('array'));
}

/** Whether a value of this field is, or holds, something sensitive. */
export function holdsSensitive(field: FieldNode): boolean {
  if (field.role?.sensitive === true) return true;
  if (field.element !== undefined && holdsSensitive(field.element)) return true;
  return [...field.children.values()].some((child) => holdsSensitive(child));
}

function branch(): Building {
  return { role: undefined, children: new Map(), element: undefined };
}

function step(at: Building, name: string): Building {
  if (name === '*') {
    at.element ??= branch();
    return at.element;
  }
  const child = at.children.get(name) ?? branch();
  at.children.set(name, child);
  return child;
}

function passReferences(at: Building): void {
  const role = at.role;
  if (role?.reference !== undefined && role.types.includes('array')) {
    at.element ??= branch();
    const own = at.element.role ?? {
      path: [...role.path, '*'],
      description: role.description,
      types: ['string'],
    };
    at.element.role = { ...own, reference: role.reference };
  }
  if (at.element !== undefined) passReferences(at.element);
  for (const child of at.children.values()) passReferences(child);
}
