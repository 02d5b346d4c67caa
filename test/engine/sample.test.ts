import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readGateConfig } from '../../src/core/gate/config.ts';
import { buildGraph } from '../../src/core/graph/build.ts';
import { parsePlan } from '../../src/core/plan/parse.ts';
import type { Strategy } from '../../src/core/plan/plan.ts';
import { undefinedGates } from '../../src/core/run/gates.ts';
import { searchSchedule } from '../../src/core/schedule/search.ts';

const sample = new URL('../../examples/ecommerce-api/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, sample), 'utf8');
const { gates, problems } = readGateConfig(read('.orca/gates.yaml'));
const plan = parsePlan(read('plan.md'), { agents: ['shell'], gates: gates.map((gate) => gate.name) });

describe('the plan', () => {
  test('is read as its author meant it, with nothing to complain about', () => {
    expect(plan.diagnostics).toEqual([]);
    expect(plan.title).toBe('E-commerce API Implementation');
    expect(plan.settings).toMatchObject({ strategy: 'hybrid', agents: 3, agent: 'shell' });
    expect(plan.layers.map((layer) => layer.name)).toEqual([
      'Foundation Setup',
      'Data Models',
      'API Endpoints',
      'Hardening',
      'Testing and Documentation',
      'Deployment',
    ]);
    expect(plan.tasks.map((task) => `${task.layer} ${task.id} ${task.estimate?.minutes}`)).toEqual([
      '0 setup-project-structure 25',
      '0 configure-development-environment 30',
      '0 setup-database-schema 35',
      '1 implement-user-models 40',
      '1 implement-product-models 35',
      '1 implement-cart-models 30',
      '1 implement-order-models 45',
      '2 create-user-endpoints 50',
      '2 create-product-endpoints 45',
      '2 create-cart-endpoints 40',
      '2 create-order-endpoints 55',
      '3 implement-authentication 35',
      '3 add-input-validation 40',
      '3 create-error-handling 30',
      '4 integration-testing 35',
      '4 api-documentation 25',
      '5 docker-configuration 20',
      '5 deployment-validation 25',
    ]);
  });

  const graph = buildGraph(plan);
  test.each<[Strategy, number, number]>([
    ['sequential', 3, 640],
    ['conservative', 3, 305],
    ['conservative', 4, 255],
    ['hybrid', 3, 275],
  ])('takes by %s with %i agents %i minutes', (strategy, agents, minutes) => {
    expect(searchSchedule(graph, { strategy, agents }).minutes).toBe(minutes);
  });

  test('writes no file in two tasks', () => {
    const files = plan.tasks.flatMap((task) => task.files);
    expect(new Set(files).size).toBe(files.length);
  });

  test.each(plan.tasks)('$id can be worked on by a model and by a shell', (task) => {
    expect(task.prompt.length).toBeGreaterThan(100);
    expect(task.acceptance.some((criterion) => criterion.command !== undefined)).toBe(true);
    const script = task.script ?? '';
    const written = [...script.matchAll(/^cat > (\S+) <<'EOF'$/gm)].map((match) => match[1]);
    const generated = script.includes('\nnode scripts/write-docs.js\n') ? ['docs/openapi.json', 'docs/api.md'] : [];
    expect([...written, ...generated].sort()).toEqual([...task.files].sort());
    expect(spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('the gates', () => {
  test('are defined where the plan names them', () => {
    expect(problems).toEqual([]);
    expect(undefinedGates({ plan, gates })).toEqual([]);
    expect(gates.map((gate) => `${gate.name} ${gate.when}`)).toEqual(['tests task', 'coverage layer', 'serves end']);
    expect(plan.layers.map((layer) => layer.gates.join())).toEqual(['', ...Array<string>(4).fill('coverage'), '']);
  });

  test('call only what is there before a run', () => {
    const scripts = gates.flatMap((gate) => gate.commands.flatMap(({ argv }) => argv.filter((a) => a.includes('/'))));
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(existsSync(new URL(script, sample)), script).toBe(true);
  });
});
