/** What the hidden first line of trueup's Markdown says. */
export interface Marker {
  readonly stack: string;
  readonly environment: string;
  /** There is nothing to say: no changes, no drift. */
  readonly nothing: boolean;
}

const MARKER = /^<!-- trueup:([\w.%-]{0,1400}):([\w.%-]{0,1400})( nothing)? -->$/;

/** The hidden line: `<!-- trueup:acme:prod -->`. Names are encoded, so that nothing ends it. */
export function markerLine({ stack, environment, nothing }: Marker): string {
  return `<!-- trueup:${encode(stack)}:${encode(environment)}${nothing ? ' nothing' : ''} -->`;
}

/** What a line says, if it is a marker. */
export function readMarker(line: string): Marker | undefined {
  const [, stack, environment, nothing] = MARKER.exec(line) ?? [];
  if (stack === undefined || environment === undefined) return undefined;
  try {
    return {
      stack: decodeURIComponent(stack),
      environment: decodeURIComponent(environment),
      nothing: nothing !== undefined,
    };
  } catch {
    return undefined;
  }
}

function encode(name: string): string {
  return encodeURIComponent(Buffer.from(name.slice(0, 150), 'utf8').toString('utf8'))
    .replaceAll(/[!'()*~]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('--', '%2D%2D');
}
