/** So many answers in a row must tell a new limit before it is believed. */
const ANSWERS_MIN = 3;
/** A greater change is found out by asking. */
const FACTOR_MAX = 10;

/** Follows the limit that the API tells with its answers. */
export interface ToldLimits {
  /** How many times the last limit the new one is; 1 while nothing has changed for certain. */
  factor(limit: number | undefined): number;
}

export function createToldLimits(): ToldLimits {
  let current: number | undefined;
  let next: number | undefined;
  let answers = 0;
  return {
    factor(limit) {
      if (limit === undefined || limit <= 0) return 1;
      answers = limit === next ? answers + 1 : 1;
      next = limit;
      if (answers < ANSWERS_MIN || limit === current) return 1;
      const factor = current === undefined ? 1 : limit / current;
      current = limit;
      return factor > FACTOR_MAX || factor < 1 / FACTOR_MAX ? 1 : factor;
    },
  };
}
