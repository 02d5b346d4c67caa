import { expect, it } from 'vitest';
import { checkStep } from '../../../src/core/planning/check.ts';
import { STEPS } from '../../../src/core/planning/steps.ts';
import { shopArtefact } from './shop.ts';

it.each(STEPS.map(({ id }) => id).filter((id) => id !== 'startup'))('%s of the shop passes every check', (step) => {
  const checks = checkStep(step, {
    text: shopArtefact,
    paths: new Set(),
    folder: '',
    gates: [],
    agents: [],
    finished: [],
  });
  expect(checks.flatMap(({ findings }) => findings)).toEqual([]);
});
