/**
 * The path of a resource: `<provider>.<kind>.<key>`, for example `singlestore.workspaces.app`.
 * Keys match `[A-Za-z0-9_][A-Za-z0-9_-]*`, so an address splits at its dots without quoting.
 */
export type Address = string & { readonly brand: 'address' };

const KEY = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;

export interface AddressParts {
  readonly provider: string;
  readonly kind: string;
  readonly key: string;
}

export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** The only function that makes an Address; `type` is `<provider>.<kind>`. */
export function toAddress(type: string, key: string): Address {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here only
  return `${type}.${key}` as Address;
}

/** The three parts of a full address, or undefined when the text is not one. */
export function parseAddress(text: string): AddressParts | undefined {
  const [provider, kind, key, ...rest] = text.split('.');
  if (provider === undefined || kind === undefined || key === undefined || rest.length > 0) {
    return undefined;
  }
  return isKey(key) ? { provider, kind, key } : undefined;
}

/** `<provider>.<kind>` of a full address. */
export function typeOf(address: string): string {
  return address.slice(0, address.lastIndexOf('.'));
}

export function keyOf(address: string): string {
  return address.slice(address.lastIndexOf('.') + 1);
}
