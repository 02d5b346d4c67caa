import { describe, expect, it } from 'vitest';
import { commandOf } from '../../../src/core/plan/text/criterion.ts';
import { readEstimate } from '../../../src/core/plan/text/estimate.ts';
import { readLayerLine } from '../../../src/core/plan/dialect/layer-line.ts';
import { nearestIn } from '../../../src/core/plan/nearest.ts';
import { slug } from '../../../src/core/plan/text/slug.ts';

describe('an estimate', () => {
  const check = (texts: readonly string[], expected: ReturnType<typeof readEstimate>) => {
    for (const text of texts) expect(readEstimate(text), text).toEqual(expected);
  };

  it('is minutes, hours or days', () => {
    check(['25 min', '25min', '25 m', '25 minutes', '25 Mins', ' 25  min. ', '`25 min`', '**25 min**'], {
      minutes: 25,
    });
    check(['1h', '1 h', '1 hour', '1 hr', 'an hour', '60 min', 'about 1h', '~1 hour', 'approx. 1 h'], { minutes: 60 });
    check(['1.5 h', '1,5 h', '1h 30m', '1 h 30 min', '1h30', '1 hour 30 minutes'], { minutes: 90 });
    check(['2 d', '2 days', '2d', '2 days (Parallel, with others)'], { minutes: 960 });
    check(['1d 4h'], { minutes: 720 });
    check(['1 week', '5 days'], { minutes: 2400 });
    check(['half a day', 'Half day', 'half-day', '0.5 d'], { minutes: 240 });
    check(['half an hour', 'half hour'], { minutes: 30 });
  });

  it('is the middle of a range', () => {
    check(['2-3 hours', '2–3 h', '2 to 3 hours', '2 h - 3 h', '120-180 min', '3-2 h', '2..3 h'], {
      minutes: 150,
      low: 120,
      high: 180,
    });
    check(['30 min - 1 h', '30 min to 1h'], { minutes: 45, low: 30, high: 60 });
    check(['25-30 min'], { minutes: 27.5, low: 25, high: 30 });
  });

  it('is absurd where it takes no time', () => check(['0 min', '0 h', '-5 min', '- 5 min', '0-0 h'], 'absurd'));

  it('is junk where it is no time', () => {
    check(['', 'soon', '25', '2-3', 'XL', '3 points', '25 min or so', 'h', 'min 25', '1e9 h', 'NaN h', '∞ h'], 'junk');
    check(['9'.repeat(400) + ' h', '('.repeat(5000), `${' '.repeat(5000)}25 min`], 'junk');
  });
});

describe('a criterion', () => {
  const check = (text: string, expected: string | undefined) => expect(commandOf(text), text).toBe(expected);

  it('is a command where it is a code span with a verdict', () => {
    for (const rest of ['', '.', ' passes', ' passes.', ' succeeds', ' exits 0', ' exits with 0', ' exit code 0']) {
      check(`\`npm test\`${rest}`, 'npm test');
    }
    for (const rest of [' is green', ' Is Green.', ' exits with code 0']) check(`\`npm test\`${rest}`, 'npm test');
    check('`` echo `date` `` passes', 'echo `date`');
  });

  it('is prose otherwise', () => {
    check('`npm test` runs and finds no test', undefined);
    check('`npm test` passes on Windows', undefined);
    check('`npm test` exits 1', undefined);
    check('`a` and `b` pass', undefined);
    check('Run `npm test`', undefined);
    check('npm test', undefined);
    check('``', undefined);
    check('` `', undefined);
    check('`open', undefined);
    check('```` ` ````', '`');
  });
});

describe('a layer line', () => {
  const check = (text: string, expected: ReturnType<typeof readLayerLine>) =>
    expect(readLayerLine(text), text).toEqual(expected);
  const layer = (name: string, sequential = false) => ({ name, sequential });

  it('has a number, and perhaps a name', () => {
    check('Layer 1', layer(''));
    check('Layer 1: Foundation', layer('Foundation'));
    check('PHASE 2 - Core models', layer('Core models'));
    check('Wave A – Start', layer('Start'));
    check('Milestone IV. The end', layer('The end'));
    check('**Phase 1**: Bold', layer('Bold'));
    check('⚡ Layer 3 Features', layer('Features'));
    check('Phase 1: Critical Foundation (Week 1)', layer('Critical Foundation (Week 1)'));
  });

  it('may tell how its tasks run', () => {
    check('Layer 1: Foundation (sequential)', layer('Foundation', true));
    check('Layer 5: Production (Sequential Execution)', layer('Production', true));
    check('Layer 1: Foundation Tasks (Parallel Execution)', layer('Foundation Tasks'));
    check('Layer 1 (35 min) - 3 parallel tasks:', layer(''));
    check('Layer 6 (25 min) - 2 sequential tasks:', layer('', true));
    check('Layer 6: Release (1.5 h) - 1 sequential task', layer('Release', true));
  });

  it('is no other line', () => {
    for (const text of [
      'Layers',
      'Layer',
      'Layer cake',
      'Phase a new thing in',
      '- Security scan at layer 4',
      'Layered 1',
    ]) {
      check(text, undefined);
    }
    check(`Layer 1: ${'('.repeat(1000)}`, undefined);
  });
});

it('finds the nearest name', () => {
  const names = ['setup-database-schema', 'setup', 'tests', 'security', 'claude'];
  const check = (name: string, expected: string | undefined) => expect(nearestIn(names)(name), name).toBe(expected);
  check('setup-databse-schema', 'setup-database-schema');
  check('stpu', undefined);
  check('setpu', 'setup');
  check('Test', 'tests');
  check('secruity', 'security');
  check('codex', undefined);
  check('', undefined);
  check('x'.repeat(100_000), undefined);
  expect(nearestIn(names, 0)('setpu')).toBeUndefined();
});

it('makes ids of titles', () => {
  const check = (title: string, expected: string) => expect(slug(title), title).toBe(expected);
  check('Extract the `Cmd+G` key', 'extract-the-cmd-g-key');
  check('  --  ', '');
  check('テーマの型', 'テーマの型');
  check('Straße & Söhne', 'straße-söhne');
  check('word '.repeat(20), 'word-word-word-word-word-word-word-word-word-word-word-word');
  check('x'.repeat(100), 'x'.repeat(60));
});
