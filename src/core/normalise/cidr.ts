const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/;
const IPV6 = /^([0-9a-f:.]*:[0-9a-f:.]*)(?:\/(\d{1,3}))?$/;

/**
 * A range as the API tells it: an address alone is a range of one, bits beyond the prefix are
 * zero, IPv6 is in its short form. A text that is no range is only trimmed and lower-cased.
 */
export function normaliseCidr(text: string): string {
  const range = text.trim().toLowerCase();
  return ipv4Range(range) ?? ipv6Range(range) ?? range;
}

/** Whether a text is an address or a range of addresses. */
export function isCidr(text: string): boolean {
  const range = text.trim().toLowerCase();
  return ipv4Range(range) !== undefined || ipv6Range(range) !== undefined;
}

function ipv4Range(range: string): string | undefined {
  const match = IPV4.exec(range);
  if (match === null) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const prefix = match[5] === undefined ? 32 : Number(match[5]);
  if (prefix > 32 || octets.some((octet) => octet > 255)) return undefined;
  const masked = octets.map((octet, index) => {
    const bits = Math.min(8, Math.max(0, prefix - 8 * index));
    return octet & (0xff << (8 - bits)) & 0xff;
  });
  return `${masked.join('.')}/${prefix}`;
}

function ipv6Range(range: string): string | undefined {
  const match = IPV6.exec(range);
  if (match === null) return undefined;
  const prefix = match[2] === undefined ? 128 : Number(match[2]);
  const short = prefix > 128 ? undefined : shortIpv6(match[1] ?? '');
  if (short === undefined) return undefined;
  const masked = groupsOf(short).map((group, index) => {
    const bits = Math.min(16, Math.max(0, prefix - 16 * index));
    return (group & (0xffff << (16 - bits)) & 0xffff).toString(16);
  });
  return `${shortIpv6(masked.join(':')) ?? short}/${prefix}`;
}

/** The address in the form that URLs have: lower case, no dots, zeros left out. */
function shortIpv6(address: string): string | undefined {
  const url = `http://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}

function numbersOf(groups: string): readonly number[] {
  return groups === '' ? [] : groups.split(':').map((group) => Number.parseInt(group, 16));
}

/** The eight groups of a short address. */
function groupsOf(short: string): readonly number[] {
  const [before = '', after] = short.split('::');
  const [left, right] = [numbersOf(before), numbersOf(after ?? '')];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right];
}
