import type { Failure, RunEvent, Snapshot } from '../../src/core/run/event.ts';
import { buildGraph } from '../../src/core/graph/build.ts';
import { parsePlan } from '../../src/core/plan/parse.ts';
import type { Plan, Strategy } from '../../src/core/plan/plan.ts';
import { planningPlan } from '../../src/core/planning/planning-plan.ts';
import type { Question } from '../../src/core/planning/questions.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { compareStrategies, searchSchedule } from '../../src/core/schedule/search.ts';
import type { GraphLayout, OpportunityRow, PanelModel } from '../../src/core/view/model.ts';
import { previewPanel } from '../../src/core/view/preview.ts';
import { runPanel } from '../../src/core/view/run-panel.ts';
import { gateSpec, merged, MINUTE, report, run, spec, started, taken } from '../core/view/runs.ts';
import { plan, task } from '../core/view/sample.ts';
import { opportunityRows } from '../../src/core/view/opportunities.ts';
import { summaryModel } from '../../src/core/view/summary-model.ts';
import type { SummaryModel } from '../../src/core/view/summary-model.ts';
import { layoutGraph } from '../../src/core/graph/layout.ts';

/** What a host would post, made by the core's own projections of plans and of runs that are told event by event. */
export interface Fixture {
  readonly model: PanelModel;
  readonly time?: number;
  readonly layout?: GraphLayout;
  readonly opportunities?: readonly OpportunityRow[];
  readonly summary?: SummaryModel;
}

const LAYERS: readonly (readonly [
  name: string,
  gates: readonly string[],
  ...tasks: [string, number, ...string[]][],
])[] = [
  [
    'Foundation',
    ['tdd'],
    ['setup-project-structure', 25],
    ['configure-development-environment', 30],
    ['setup-database-schema', 35],
  ],
  [
    'Models',
    ['tdd', 'quality'],
    ['implement-user-models', 40, 'setup-project-structure', 'setup-database-schema'],
    ['implement-product-models', 35, 'setup-project-structure', 'setup-database-schema'],
    ['implement-cart-models', 30, 'configure-development-environment', 'setup-database-schema'],
    ['implement-order-models', 45, 'setup-project-structure', 'setup-database-schema'],
  ],
  [
    'Endpoints',
    ['tdd'],
    ['create-user-endpoints', 50, 'implement-user-models'],
    ['create-product-endpoints', 45, 'implement-product-models'],
    ['create-cart-endpoints', 40, 'implement-cart-models'],
    ['create-order-endpoints', 55, 'implement-order-models'],
  ],
  [
    'Hardening',
    ['security'],
    ['implement-authentication', 35, 'create-user-endpoints'],
    ['add-input-validation', 40, 'create-product-endpoints', 'create-cart-endpoints', 'create-order-endpoints'],
    ['create-error-handling', 30, 'create-user-endpoints', 'create-order-endpoints'],
  ],
  [
    'Integration',
    [],
    ['integration-testing', 35, 'implement-authentication', 'add-input-validation', 'create-error-handling'],
    ['api-documentation', 25, 'add-input-validation'],
  ],
  [
    'Deployment',
    ['integration'],
    ['docker-configuration', 20, 'integration-testing', 'api-documentation'],
    ['deployment-validation', 25, 'docker-configuration'],
  ],
];

const at = (line: number): { readonly start: number; readonly end: number } => ({ start: line, end: line });

/** Spans are lines here, so that a line is its own offset. */
const lineOf = (offset: number): number => offset;

export const SAMPLE: Plan = plan(
  LAYERS.flatMap(([, , ...tasks], layer) =>
    tasks.map(([id, minutes, ...after], i) => {
      const name = id.split('-').slice(1, -1).join('-');
      return task(id, {
        title: id,
        minutes,
        layer,
        after,
        files: layer === 1 || layer === 2 ? [`src/api/${name}.ts`, `test/${name}.test.ts`] : [],
        resources: layer === 4 ? ['database'] : [],
        acceptance:
          layer === 2
            ? [
                {
                  text: `GET /${name} answers 200 with what was stored`,
                  command: 'node --test',
                  done: false,
                  span: at(0),
                },
              ]
            : [],
        span: at(10 * layer + 3 * i),
      });
    }),
  ),
  {
    title: 'E-commerce REST API',
    layers: LAYERS.map(([name, gates], i) => ({ name, sequential: i === 5, gates, span: at(10 * i) })),
  },
);

export function preview(of: Plan = SAMPLE, strategy: Strategy = 'hybrid', agents = 3, most = 8): Fixture {
  const graph = buildGraph(of);
  const choices = compareStrategies(graph, { maxAgents: most });
  const schedule = searchSchedule(graph, { strategy, agents });
  return {
    model: previewPanel(of, graph, { strategy, agents, schedule, choices, planName: 'plan.md', lineOf }),
    layout: layoutGraph(graph),
  };
}

/** A plan as it is written, with what would make it shorter. */
export function improvable(): Fixture {
  const text = IMPROVABLE;
  const plan = parsePlan(text);
  const graph = buildGraph(plan);
  const choice = { strategy: 'hybrid', agents: 3 } as const;
  return {
    ...preview(plan, choice.strategy, choice.agents),
    opportunities: opportunityRows(plan, graph, text, choice).map(({ row }) => row),
  };
}

const IMPROVABLE = `# Web shop

### schema: Tables of the shop
- Estimate: 30 min
- Depends on: none
- Files: \`db/**\`

### api: The API over the tables
- Estimate: 90 min
- Depends on: schema
- Files: \`src/api/**\`, \`src/routes.ts\`

### docs: The guide for users
- Depends on: api
- Files: \`docs/guide.md\`

### cart: The cart
- Estimate: 45 min
- Depends on: api
- Files: \`src/cart.ts\`, \`src/routes.ts\`

### search: The search
- Estimate: 40 min
- Depends on: api
- Files: \`src/search.ts\`, \`src/routes.ts\`

### mails: The mails, as the guide for users says
- Estimate: 20 min
- Depends on: docs, cart
- Files: \`src/mails.ts\`
`;

/** Half way: ten tasks merged, one that failed twice, one in conflict, two that run, a gate that holds. */
export function runHalfWay(): Fixture {
  return halfWay();
}

function halfWay(...more: [number, ...RunEvent[]][]): Fixture {
  const layerGate = (layer: number, gate: string, verdict: 'passed' | 'failed', note?: string): RunEvent => ({
    type: 'gate.ended',
    scope: { kind: 'layer', layer },
    report: report(gate, verdict, note === undefined ? {} : { checks: [{ label: gate, verdict, note }] }),
  });
  const state = run(spec(SAMPLE, { gates: GATES }), [
    [
      0,
      started('setup-database-schema', 0),
      started('configure-development-environment', 1),
      started('setup-project-structure', 2),
    ],
    [22, ...done('setup-project-structure', 22, 'FastAPI project created')],
    [28, ...done('configure-development-environment', 28)],
    [32, ...done('setup-database-schema', 32), layerGate(1, 'tdd', 'passed')],
    [
      32,
      started('implement-order-models', 0),
      started('implement-user-models', 1),
      started('implement-product-models', 2),
    ],
    [64, ...done('implement-product-models', 32), started('implement-cart-models', 2)],
    [70, ...done('implement-user-models', 38), started('create-user-endpoints', 1)],
    [75, ...done('implement-order-models', 43), started('create-order-endpoints', 0)],
    [91, ...done('implement-cart-models', 27), started('create-product-endpoints', 2)],
    [
      91,
      layerGate(2, 'tdd', 'passed'),
      layerGate(2, 'quality', 'failed', '2 functions exceed the complexity limit of 10'),
    ],
    [104, ...failed('create-user-endpoints', 1, 34)],
    [104, { type: 'task.retried', task: 'create-user-endpoints', by: 'policy', note: 'tests failed' }],
    [104, started('create-user-endpoints', 1, 2)],
    [131, ...taken('create-order-endpoints', 56, { snapshot: SNAPSHOT }), ACCEPTED],
    [131, { type: 'task.conflicted', task: 'create-order-endpoints', attempt: 1, files: ['src/api/router.ts'] }],
    [131, started('create-cart-endpoints', 0)],
    [133, ...failed('create-user-endpoints', 2, 29)],
    ...more,
  ]);
  return panelOf(state, 142 * MINUTE);
}

/** A run that waits for its readers: unread work, some that could not be rolled back, a conflict foreseen, a task held. */
export function runToReview(): Fixture {
  const files = ['src/api/router.ts'];
  const state = run(spec(SAMPLE, { policy: { mostUnread: 1, radar: true }, agents: 4 }), [
    [
      0,
      started('setup-database-schema', 0),
      started('configure-development-environment', 1),
      started('setup-project-structure', 2),
    ],
    [22, ...done('setup-project-structure', 22, 'FastAPI project created')],
    [28, ...done('configure-development-environment', 28), ...done('setup-database-schema', 28)],
    [29, { type: 'task.read', task: 'configure-development-environment' }],
    [
      30,
      started('implement-order-models', 0),
      started('implement-user-models', 1),
      started('implement-product-models', 2),
      started('implement-cart-models', 3),
    ],
    [44, ...done('implement-order-models', 14)],
    [
      45,
      { type: 'task.rolling-back', task: 'setup-project-structure' },
      {
        type: 'task.roll-back-refused',
        task: 'setup-project-structure',
        refusal: { kind: 'conflict', files: ['src/api/order.ts'] },
      },
      { type: 'task.rolling-back', task: 'implement-order-models' },
      {
        type: 'task.rolled-back',
        task: 'implement-order-models',
        commit: 'reverted',
        dependents: [],
        note: '',
      },
    ],
    [
      50,
      {
        type: 'conflicts.foreseen',
        pairs: [
          { tasks: ['implement-user-models', 'implement-product-models'], files },
          { tasks: ['implement-user-models', 'implement-cart-models'], files },
        ],
      },
      {
        type: 'attempt.stopping',
        task: 'implement-cart-models',
        attempt: 1,
        then: 'requeue',
        hold: { after: ['implement-user-models'], files },
      },
      ...taken('implement-cart-models', 20, { snapshot: SNAPSHOT }),
      { type: 'task.retried', task: 'implement-cart-models', by: 'policy' },
    ],
    [55, ...done('implement-user-models', 25)],
    [
      56,
      { type: 'task.retried', task: 'implement-user-models', by: 'user', note: 'Once more.' },
      started('implement-user-models', 1, 2),
      { type: 'conflicts.foreseen', pairs: [{ tasks: ['implement-user-models', 'implement-product-models'], files }] },
    ],
  ]);
  return panelOf(state, 60 * MINUTE);
}

/** Planning whose steps ask: two wait for answers at once. */
export function planningAsks(): Fixture {
  const planned = parsePlan(
    planningPlan({
      goal: 'E-commerce REST API',
      constraints: 'Python, FastAPI',
      folder: '',
      clarify: true,
    }),
  );
  const asks = (task: string, questions: readonly Question[]): RunEvent[] => [
    ...taken(task, 2, { snapshot: SNAPSHOT }),
    {
      type: 'gate.ended',
      scope: { kind: 'task', task, attempt: 1 },
      report: { ...report('artefacts', 'not-run'), questions },
    },
    { type: 'task.failed', task, attempt: 1, failure: { kind: 'questions', questions } },
  ];
  const state = run(spec(planned, { strategy: 'aggressive' }), [
    [0, started('startup', 0)],
    [0.1, ...done('startup', 0.1), started('agents', 0), started('discovery', 1)],
    [
      2,
      ...asks('discovery', [
        {
          id: 'payment',
          question: 'How are orders paid for?',
          why: 'A payment provider brings its own webhooks, secrets and tests.',
          options: ['Not at all: an order is only recorded', 'By Stripe', 'By an invoice'],
          default: 'Not at all: an order is only recorded',
        },
        {
          id: 'guests',
          question: 'May guests have a cart before they sign in?',
          options: ['Yes', 'No'],
          default: 'Yes',
        },
      ]),
    ],
    [
      2.5,
      ...asks('agents', [
        { id: 'reviews', question: 'Who reviews the code?', options: ['An agent', 'You'], default: 'An agent' },
      ]),
    ],
  ]);
  return panelOf(state, 3 * MINUTE);
}

/** All eighteen merged, in the order and time of the plan's estimates less a tenth. */
export function runFinished(): Fixture {
  const graph = buildGraph(SAMPLE);
  const { entries } = searchSchedule(graph, { strategy: 'hybrid', agents: 3 });
  const events = graph.nodes.flatMap(({ id }, i): [number, ...RunEvent[]][] => {
    const { start, end, agent } = entries[i] ?? { start: 0, end: 0, agent: 0 };
    return [
      [start * 0.9, started(id, agent)],
      [end * 0.9, ...done(id, (end - start) * 0.9)],
    ];
  });
  const last = Math.max(...events.map(([minute]) => minute));
  const gates: RunEvent[] = LAYERS.flatMap(([, names], i) =>
    names.map((gate): RunEvent => ({
      type: 'gate.ended',
      scope: { kind: 'layer', layer: i + 1 },
      report: report(gate, 'passed'),
    })),
  );
  const state = run(spec(SAMPLE, { gates: GATES }), [
    ...events.sort(([a], [b]) => a - b),
    [last, ...gates, { type: 'run.finished', outcome: 'succeeded' }],
  ]);
  return panelOf(state, last * MINUTE);
}

/** Half way, and given up. */
export function runFailed(): Fixture {
  return halfWay([142, { type: 'run.finished', outcome: 'failed' }]);
}

/** A run that has just begun, and whose tasks take seconds where minutes were estimated. */
export function runOfSeconds(): Fixture {
  const state = run(spec(SAMPLE), [
    [
      0,
      started('setup-database-schema', 0),
      started('configure-development-environment', 1),
      started('setup-project-structure', 2),
    ],
    [0.02, ...done('setup-database-schema', 0.02), started('implement-order-models', 0)],
    [0.05, ...done('setup-project-structure', 0.05), started('implement-user-models', 2)],
  ]);
  return panelOf(state, 0.1 * MINUTE);
}

export function oneTask(): Fixture {
  return preview(
    plan([task('write-readme', { minutes: 15, title: 'Write the README' })], { title: 'One thing' }),
    'hybrid',
    1,
    4,
  );
}

/** Twenty layers of fifty, each task on three of the layer before. */
export function thousand(): Plan {
  const tasks = Array.from({ length: 1000 }, (_, i) => {
    const layer = Math.floor(i / 50);
    const after = layer === 0 ? [] : [0, 7, 19].map((k) => `task-${(layer - 1) * 50 + ((i + k) % 50)}`);
    return task(`task-${i}`, { title: `Build part ${i} of the thing`, minutes: 5 + ((i * 7) % 40), layer, after });
  });
  const layers = Array.from({ length: 20 }, (_, i) => ({
    name: `Stage ${i + 1}`,
    sequential: false,
    gates: [],
    span: at(0),
  }));
  return plan(tasks, { title: 'A thousand tasks', layers });
}

export function thousandTasks(): Fixture {
  return preview(thousand(), 'hybrid', 8);
}

/** The same half way, at a second of the run after that. */
export function thousandRun(second = 0): Fixture {
  const of = thousand();
  const graph = buildGraph(of);
  const { entries, minutes } = searchSchedule(graph, { strategy: 'hybrid', agents: 8 });
  const now = minutes / 2 + second / 60;
  const events = graph.nodes.flatMap(({ id }, i): [number, ...RunEvent[]][] => {
    const { start, end, agent } = entries[i] ?? { start: 0, end: 0, agent: 0 };
    if (start > now) return [];
    const ended: [number, ...RunEvent[]][] = end > now ? [] : [[end, ...done(id, end - start)]];
    return [[start, started(id, agent)], ...ended];
  });
  const state = run(
    spec(of, { agents: 8 }),
    events.sort(([a], [b]) => a - b),
  );
  return panelOf(state, now * MINUTE);
}

export const HOSTILE = {
  markup: '<img src=x onerror="alert(1)"><script>alert(2)</script>',
  long: `refactor-${'everything-'.repeat(26)}now`,
  rtl: 'تنفيذ نقاط النهاية للمستخدمين \u202Eabc\u202C',
  control: 'bell\u0007 escape\u001b[31mred\u001b[0m nul\u0000 tab\t line\nbreak',
  binding: '${alert(3)} {{alert(4)}} `alert(5)` javascript:alert(6)',
};

/** Texts that try to be more than text, everywhere the model has text. The core cleans most; the panel must not need it. */
export function hostile(): Fixture {
  const texts = Object.values(HOSTILE);
  const text = (i: number): string => texts[i % texts.length] ?? '';
  const { model, layout, time } = runHalfWay();
  return {
    ...(layout !== undefined && { layout }),
    ...(time !== undefined && { time }),
    model: {
      ...model,
      title: HOSTILE.long,
      planName: HOSTILE.markup,
      needs: model.needs.map((need, i) => ({ ...need, text: text(i) })),
      figures: model.figures.map((figure, i) => ({
        ...figure,
        value: text(i).slice(0, 24),
        note: text(i + 1),
        definition: text(i + 2),
      })),
      problems: texts.map((message, line) => ({ severity: 'warning', message, line })),
      layers: model.layers.map((layer, i) => ({
        ...layer,
        name: text(i),
        gates: layer.gates.map((gate) => ({ ...gate, name: text(i), note: text(i + 1) })),
        tasks: layer.tasks.map((row, k) => ({
          ...row,
          title: text(i + k),
          note: text(i + k + 1),
          agentKind: text(k),
          files: texts,
          resources: texts,
          acceptance: texts,
        })),
      })),
    },
  };
}

/** A plan in a workspace that is not trusted. */
export function untrusted(): Fixture {
  const { model, ...rest } = preview();
  return { ...rest, model: { ...model, untrusted: true } };
}

/** A preview whose strategies are still being compared. */
export function comparing(): Fixture {
  const { model, ...rest } = preview();
  return { ...rest, model: { ...model, choices: [] } };
}

/** Titles of three hundred characters. */
export function longTitle(): Fixture {
  const title = 'Refactor everything that has to do with the way in which orders are placed, paid and sent. '.repeat(4);
  const of = plan(
    [
      task('long', { minutes: 40, title: title.slice(0, 300) }),
      task('after', { minutes: 20, title: 'What comes after', after: ['long'] }),
    ],
    { title: title.slice(0, 300) },
  );
  return preview(of);
}

export function rightToLeft(): Fixture {
  const titles = {
    schema: 'إنشاء جداول قاعدة البيانات',
    cart: 'سلة المشتريات',
    search: 'البحث في المنتجات',
    mails: 'דואר ללקוחות',
  };
  const tasks = Object.entries(titles).map(([id, title], i) =>
    task(id, { title, minutes: 20 + 5 * i, after: i === 0 ? [] : ['schema'], files: i > 1 ? ['src/routes.ts'] : [] }),
  );
  return preview(plan(tasks, { title: 'متجر إلكتروني' }));
}

/** A plan with a cycle and more: what cannot be executed. */
export function broken(): Fixture {
  const of = plan(
    ['a', 'b', 'c'].map((id) => task(id, { title: id, minutes: 10 })),
    {
      title: 'A plan with faults',
      diagnostics: [
        { code: 'cycle', severity: 'error', message: 'cycle: a depends on b depends on a', span: at(3) },
        {
          code: 'unknown-dependency',
          severity: 'error',
          message: 'c depends on "d", which is no task of the plan',
          span: at(9),
        },
        {
          code: 'missing-estimate',
          severity: 'warning',
          message: 'c has no estimate: 30 min are assumed',
          span: at(8),
        },
      ],
    },
  );
  return preview(of);
}

const GATES = ['tdd', 'quality', 'security', 'integration'].map((name) => gateSpec(name, 'layer', { always: false }));

const SNAPSHOT: Snapshot = {
  commit: 'commit',
  files: [
    { path: 'src/api/order.ts', status: 'added', added: 188, removed: 0 },
    { path: 'src/api/router.ts', status: 'modified', added: 24, removed: 8 },
  ],
  findings: [],
};

const ACCEPTED: RunEvent = { type: 'attempt.accepted', task: 'create-order-endpoints', attempt: 1 };

function done(id: string, minutes: number, words?: string): RunEvent[] {
  return [...taken(id, minutes, { snapshot: SNAPSHOT, ...(words !== undefined && { words }) }), ...merged(id)];
}

function failed(id: string, attempt: number, minutes: number): RunEvent[] {
  const failure: Failure = {
    kind: 'agent',
    end: { kind: 'exited', code: 1 },
    message: 'test/user.test.ts: 2 of 14 failed',
  };
  return [...taken(id, minutes, { attempt, code: 1 }), { type: 'task.failed', task: id, attempt, failure }];
}

function panelOf(state: RunState, now: number): Fixture {
  return {
    model: runPanel(state, now, { readOnly: false, lineOf }),
    time: now,
    layout: layoutGraph(state.graph),
    ...(state.status.kind === 'finished' && { summary: summaryModel(state) }),
  };
}
