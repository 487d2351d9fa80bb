import { appOf, ok } from './world.ts';
import type { Call, Result } from './world.ts';

/** Nothing is measured: an app without load, in one instance. */
export function readMetrics(call: Call): Result {
  const { id } = appOf(call);
  const idle = {
    cpu_usage_percent: 0,
    memory_usage_bytes: 0,
    disk_read_bytes: 0,
    disk_read_operations: 0,
    disk_write_bytes: 0,
    disk_write_operations: 0,
  };
  return ok({
    metrics: { [`app-${id}-0`]: idle },
    ingestion: { rows_ingested: 0, bytes_ingested: 0 },
    cluster: { active_executors_count: 0 },
  });
}
