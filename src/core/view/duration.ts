const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Estimated minutes, as a plan has them: `35 min`, `2.5 min`, `4 h 35 min`; under a minute in seconds. */
export function formatMinutes(minutes: number): string {
  if (minutes < 0) return `−${formatMinutes(-minutes)}`;
  const tenths = Math.round(minutes * 10) / 10;
  return tenths >= 1 && tenths < 60 ? `${tenths} min` : formatMs(minutes * MINUTE);
}

/** Minutes for the text reports, which tell a long time in hours: `3 min 12 s`, `35 min`, `4.6 hours`. */
export function formatHours(minutes: number): string {
  if (minutes < 0) return `−${formatHours(-minutes)}`;
  if (minutes < 60) return formatMs(minutes * MINUTE);
  const hours = Math.round(minutes / 6) / 10;
  return `${hours} ${hours === 1 ? 'hour' : 'hours'}`;
}

/** Milliseconds, as exact as the eye wants it: `840 ms`, `2.1 s`, `3 min 12 s`, `35 min`, `4 h 35 min`. */
export function formatMs(ms: number): string {
  if (ms < 0) return `−${formatMs(-ms)}`;
  // Each unit rounds before it is chosen, so that nothing reads `60 s` or `1000 ms`.
  if (Math.round(ms) < SECOND) return `${Math.round(ms)} ms`;
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${tenths / 10} s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 600) return parts(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(ms / MINUTE);
  return minutes * MINUTE < HOUR ? `${minutes} min` : parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
