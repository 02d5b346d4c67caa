import type { ServiceState } from '../run/state.ts';
import { brief } from './print.ts';

/** Why a kind of agent cannot be had, and until when, in one line. */
export function limitText({ message, until, automatic }: NonNullable<ServiceState['limit']>): string {
  const time = until === undefined ? '' : `, until ${clockTime(until)}`;
  return brief(`${message}${time}${automatic ? '' : '. Resume the run to try again'}`);
}

/** Of a wall clock's ms, in the zone of whoever reads it; with the date where it is not within a day. */
function clockTime(ms: number): string {
  const date = new Date(ms);
  const two = (n: number): string => `${n}`.padStart(2, '0');
  return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
