const LEVELS = ['trace', 'debug', 'info', 'warn'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Whether something of `level` is printed where `least` was asked for. */
export function isLogged(level: LogLevel, least: LogLevel): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
}
