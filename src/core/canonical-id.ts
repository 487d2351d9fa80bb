const UUIDS = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;

/**
 * An ID that somebody wrote, as an API would: the case of a UUID means nothing, and answers have it
 * in lower case. An ID may hold one (`workspaceGroup/<uuid>/Owner`). Idempotent.
 */
export function canonicalId(id: string): string {
  return id.trim().replaceAll(UUIDS, (uuid) => uuid.toLowerCase());
}
