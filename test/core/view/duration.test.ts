import { describe, expect, it } from 'vitest';
import { formatHours, formatMinutes, formatMs } from '../../../src/core/view/duration.ts';

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.4, '0 ms'],
    [840, '840 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [2_100, '2.1 s'],
    [2_049, '2 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min'],
    [192_000, '3 min 12 s'],
    [599_400, '9 min 59 s'],
    [599_600, '10 min'],
    [35 * 60_000, '35 min'],
    [59.6 * 60_000, '1 h'],
    [275 * 60_000, '4 h 35 min'],
    [-5 * 60_000, '−5 min'],
  ])('%d ms reads %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });

  it.each([
    [0.5, '30 s'],
    [0.98, '1 min'],
    [2.5, '2.5 min'],
    [59.97, '1 h'],
    [-2.5, '−2.5 min'],
    [35, '35 min'],
    [60, '1 h'],
    [275, '4 h 35 min'],
    [6_000, '100 h'],
  ])('%d minutes read %s', (minutes, text) => {
    expect(formatMinutes(minutes)).toBe(text);
  });

  it.each([
    [0.035, '2.1 s'],
    [3.2, '3 min 12 s'],
    [35, '35 min'],
    [60, '1 hour'],
    [240, '4 hours'],
    [275, '4.6 hours'],
    [768, '12.8 hours'],
    [-90, '−1.5 hours'],
  ])('%d minutes read %s in a report', (minutes, text) => {
    expect(formatHours(minutes)).toBe(text);
  });
});
