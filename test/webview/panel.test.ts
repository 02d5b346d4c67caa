import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HostMessage } from '../../src/protocol/messages.ts';
import type { PanelModel } from '../../src/core/view/model.ts';
import { axe } from './axe.ts';
import * as fixtures from './fixtures.ts';
import { openStage, STATE } from './harness.ts';
import type { Opening, OpenPanel, Stage } from './harness.ts';

let stage: Stage;
let panel: OpenPanel;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
afterEach(async () => {
  expect(panel.faults).toEqual([]);
  await panel.page.close();
});

async function open(
  opening: Opening,
  first: readonly { readonly type: string }[] = opening.tab === 'graph' && opening.fixture !== undefined
    ? [{ type: 'layout' }]
    : [],
): Promise<OpenPanel['page']> {
  panel = await stage.open(opening);
  expect(await panel.posted()).toEqual([{ type: 'ready' }, ...first]);
  return panel.page;
}

/** What the keyboard is on, by its accessible name or its first words. */
function focused(): Promise<string | undefined> {
  return panel.page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? (element as HTMLElement | null)?.innerText.trim().split('\n')[0];
  });
}

function selectedTask(): Promise<string | undefined> {
  return panel.page
    .locator('aside h2')
    .textContent({ timeout: 5000 })
    .then(
      (text) => text ?? undefined,
      () => undefined,
    );
}

describe('a preview', () => {
  it('chooses strategy and agents, shows the choice at once, and executes it', async () => {
    const page = await open({ fixture: fixtures.preview() });
    await page.getByText('conservative', { exact: true }).first().click();
    expect(await panel.posted()).toEqual([{ type: 'choose', strategy: 'conservative', agents: 3 }]);
    await page.getByRole('button', { name: 'More agents' }).click();
    expect(await panel.posted()).toEqual([{ type: 'choose', strategy: 'conservative', agents: 4 }]);
    expect(await page.locator('.stepper output').textContent()).toBe('4');
    await page.getByRole('button', { name: 'Execute' }).click();
    expect(await panel.posted()).toEqual([{ type: 'execute', strategy: 'conservative', agents: 4 }]);
    await panel.show(fixtures.preview(fixtures.SAMPLE, 'hybrid', 1));
    expect(await page.getByRole('button', { name: 'Fewer agents' }).isDisabled()).toBe(true);
    expect(await page.getByRole('radio', { name: 'hybrid' }).isChecked()).toBe(true);
  });

  it('reads the chart under the pointer, and a click chooses', async () => {
    const page = await open({ fixture: fixtures.preview() });
    const chart = page.getByRole('img', { name: /Duration over agents/u });
    const box = await chart.boundingBox();
    // The scale runs from 1 agent, 48 px from the left edge, to 8 agents, 12 px from the right one.
    const five = 48 + (((box?.width ?? 0) - 60) * 4) / 7;
    await chart.hover({ position: { x: five, y: 100 } });
    expect(await page.locator('.reading').textContent()).toMatch(
      /^hybrid, 5 agents: 4 h \d+ min, \d+(\.\d)? % efficient, /u,
    );
    await chart.click({ position: { x: five, y: 20 } });
    expect(await panel.posted()).toEqual([{ type: 'choose', strategy: 'sequential', agents: 5 }]);
  });

  it('has the chart as a table, from which a choice can be taken', async () => {
    const page = await open({ fixture: fixtures.preview() });
    await page.getByRole('button', { name: 'Every choice in a table' }).click();
    const row = page.getByRole('row').filter({ has: page.getByRole('button', { name: 'hybrid, 3 agents' }) });
    expect(await row.getByRole('cell').allInnerTexts()).toEqual(['hybrid', '3', '4 h 45 min', '74.9 %']);
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: 'aggressive, 2 agents' }).click();
    expect(await panel.posted()).toEqual([{ type: 'choose', strategy: 'aggressive', agents: 2 }]);
  });

  it('marks where more agents hardly help', async () => {
    const page = await open({ fixture: fixtures.preview() });
    expect(await page.locator('.knee').count()).toBe(1);
    expect(await page.locator('.what-if').innerText()).toMatch(/▲ \d agents reach 9\d % of the speed of \d/u);
  });

  it('says that strategies are being compared, and shows them as they come', async () => {
    const { model } = fixtures.preview();
    const page = await open({ fixture: fixtures.comparing() });
    expect(await page.locator('.what-if').innerText()).toContain('Comparing strategies');
    await page.getByRole('button', { name: 'More agents' }).click();
    expect(await panel.posted()).toEqual([{ type: 'choose', strategy: 'hybrid', agents: 4 }]);
    await panel.send({ type: 'choices', choices: model.choices });
    await page.getByRole('img', { name: /Duration over agents/u }).waitFor();
    // Those of the plan before stay until its own have come.
    await panel.show(fixtures.comparing());
    expect(await page.getByRole('img', { name: /Duration over agents/u }).count()).toBe(1);
  });

  it('says where nothing is run before the workspace is trusted', async () => {
    const page = await open({ fixture: fixtures.untrusted() });
    expect(await page.getByText('This workspace is not trusted').isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: 'Execute' }).isEnabled()).toBe(true);
  });

  it('lists what would make it shorter, each with what does it', async () => {
    const page = await open({ fixture: fixtures.preview(), tab: 'opportunities' });
    expect(await page.locator('#tab-panel').innerText()).toContain('Simulating');
    const [first = ''] = fixtures.preview().model.layers.flatMap((layer) => layer.tasks.map(({ id }) => id));
    const row = { kind: 'split', title: 'One is long', why: 'It is', minutes: 30, task: first, fix: 'Split it' };
    await panel.send({
      type: 'opportunities',
      rows: [row, { kind: 'barrier', title: 'Two', why: 'It waits', minutes: 5 }],
    } as HostMessage);
    expect(await page.getByRole('tab', { name: 'Opportunities (2)' }).isVisible()).toBe(true);
    expect(await page.locator('.opportunity').first().innerText()).toMatch(
      /One is long\s+It is\s+30 min shorter\s+Split it/u,
    );
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Split it' }).click();
    expect(await panel.posted()).toEqual([{ type: 'improve', title: 'One is long' }]);
    await page.getByRole('button', { name: 'One is long' }).click();
    expect(await selectedTask()).toContain(first);
    await panel.send({ type: 'opportunities', rows: [] });
    expect(await page.locator('#tab-panel').innerText()).toContain('Nothing was found');
  });

  it('tells what each figure means, on hover and on focus', async () => {
    const page = await open({ fixture: fixtures.preview() });
    const meaning = page.locator('[data-figure="sequential"] [role="tooltip"]');
    expect(await meaning.isVisible()).toBe(false);
    await page.locator('[data-figure="sequential"]').hover();
    expect(await meaning.isVisible()).toBe(true);
    await page.locator('[data-figure="estimated"] .figure-face').focus();
    expect(await page.locator('[data-figure="estimated"] [role="tooltip"]').isVisible()).toBe(true);
  });

  it('of a plan with errors cannot be executed; a problem is a click from its line', async () => {
    const page = await open({ fixture: fixtures.broken() });
    expect(await page.getByRole('button', { name: 'Execute' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: /cycle: a depends/u }).click();
    expect(await panel.posted()).toEqual([{ type: 'open-line', line: 3 }]);
  });
});

describe('a run', () => {
  it('offers what the model offers, and posts it', async () => {
    const page = await open({ fixture: fixtures.runHalfWay() });
    const needs = page.getByRole('region', { name: 'Needs you (3)' });
    await page.getByRole('button', { name: 'Pause' }).click();
    await needs.getByRole('button', { name: 'Run gate again' }).click();
    await needs.getByRole('button', { name: 'Waive' }).click();
    const failed = needs.getByRole('listitem').filter({ hasText: 'create-user-endpoints' });
    await failed.getByRole('button', { name: 'Retry' }).click();
    await failed.getByRole('button', { name: 'create-user-endpoints' }).click();
    expect(await selectedTask()).toBe('create-user-endpoints');
    const inspector = page.getByRole('complementary');
    for (const name of ['Open in plan', 'Skip', 'Terminal', 'Log'])
      await inspector.getByRole('button', { name }).click();
    const task = 'create-user-endpoints';
    expect(await panel.posted()).toEqual([
      { type: 'run', action: 'pause' },
      { type: 'gate', action: 'retry', gate: 'quality', layer: 2 },
      { type: 'gate', action: 'waive', gate: 'quality', layer: 2 },
      { type: 'task', action: 'retry', task },
      { type: 'open-task', task },
      { type: 'task', action: 'skip', task },
      { type: 'task', action: 'terminal', task },
      { type: 'task', action: 'log', task },
    ]);
  });

  it('is reviewed: what is unread, could not be rolled back, would conflict or is held', async () => {
    const page = await open({ fixture: fixtures.runToReview(), selected: 'setup-database-schema' });
    const needs = page.getByRole('region', { name: /Needs you/u });
    await page.keyboard.press('m');
    const unread = needs.getByRole('listitem').filter({ hasText: 'no new task starts' });
    const refused = needs.getByRole('listitem').filter({ hasText: 'not rolled back: later work' });
    await refused.getByRole('button', { name: 'Roll back…' }).click();
    const foreseen = needs.getByRole('listitem').filter({ hasText: 'would conflict with' });
    await foreseen.getByRole('button', { name: 'Hold' }).click();
    await unread.first().getByRole('button', { name: 'Send back…' }).click();
    expect(await panel.posted()).toEqual([
      { type: 'task', action: 'read', task: 'setup-database-schema' },
      { type: 'task', action: 'roll-back', task: 'setup-project-structure' },
      { type: 'task', action: 'hold', task: 'implement-user-models' },
      { type: 'task', action: 'send-back', task: 'setup-project-structure' },
    ]);
    const states = await page.locator('.row.task').allInnerTexts();
    expect(states.filter((text) => /held|rolled back/u.test(text))).toHaveLength(2);
  });

  it('keeps what was chosen for a task with it, when the questions of another go or come', async () => {
    const { model, ...rest } = fixtures.planningAsks();
    const need = model.needs.find(({ forms }) => forms !== undefined);
    const [first, second] = need?.forms ?? [];
    if (need === undefined || first === undefined || second === undefined) throw new Error('two tasks are to ask');
    const page = await open({ fixture: { ...rest, model } });
    const no = page
      .getByRole('radiogroup', { name: 'May guests have a cart' })
      .getByRole('radio', { name: 'No', exact: true });
    await no.check();
    for (const forms of [[second], [first, second]]) {
      const needs = [{ ...need, text: `${forms.length} ask`, forms }];
      await panel.show({ ...rest, model: { ...model, needs } });
      await page.getByText(`${forms.length} ask`, { exact: true }).waitFor();
      expect(await no.isChecked()).toBe(true);
    }
  });

  it('has an element of its own for each question, which goes with it', async () => {
    const { model, ...rest } = fixtures.runHalfWay();
    const asks = (id: string): PanelModel => ({
      ...model,
      needs: [
        {
          kind: 'asks',
          task: 'create-user-endpoints',
          text: id,
          ask: { id, ask: { kind: 'permission', tool: 'Bash', input: id } },
          actions: [],
        },
      ],
    });
    const page = await open({ fixture: { ...rest, model: asks('one') } });
    const button = await page.getByRole('button', { name: 'Allow once' }).elementHandle();
    await panel.show({ ...rest, model: asks('two') });
    await page.getByText('two', { exact: true }).waitFor();
    expect(await button.evaluate((element) => element.isConnected)).toBe(false);
  });

  it('asks what its agents ask, and posts the answer', async () => {
    const { model, ...rest } = fixtures.runHalfWay();
    const task = 'create-user-endpoints';
    const needs: PanelModel['needs'] = [
      {
        kind: 'asks',
        task,
        text: 'wants to use Bash: npm test',
        ask: { id: 'q1', ask: { kind: 'permission', tool: 'Bash', input: 'npm test' } },
        actions: [],
      },
      {
        kind: 'asks',
        task,
        text: 'Which database?',
        ask: { id: 'q2', ask: { kind: 'question', text: 'Which database?', options: ['SQLite', 'PostgreSQL'] } },
        actions: [],
      },
      { kind: 'limited', text: 'claude: used up, until 18:05', actions: [{ kind: 'run', action: 'resume' }] },
    ];
    const page = await open({ fixture: { ...rest, model: { ...model, needs } } });
    const region = page.getByRole('region', { name: 'Needs you (3)' });
    for (const name of ['Allow once', 'Allow for this task', 'Deny…', 'PostgreSQL', 'Answer…'])
      await region.getByRole('button', { name }).click();
    expect(await panel.posted()).toEqual([
      { type: 'answer', task, id: 'q1', answer: { kind: 'allow', scope: 'once' } },
      { type: 'answer', task, id: 'q1', answer: { kind: 'allow', scope: 'task' } },
      { type: 'answer', task, id: 'q1' },
      { type: 'answer', task, id: 'q2', answer: { kind: 'reply', text: 'PostgreSQL' } },
      { type: 'answer', task, id: 'q2' },
    ]);
    expect(await axe(page)).toEqual([]);
  });

  it('has one form for all that steps ask, keeps what is chosen in it, and posts it as a whole', async () => {
    const fixture = fixtures.planningAsks();
    const page = await open({ fixture });
    const form = page.getByRole('form', { name: 'Questions' });
    await form.getByRole('radiogroup', { name: 'May guests have a cart' }).getByText('No').click();
    const payment = form.getByRole('radiogroup', { name: 'How are orders paid for?' });
    // Keys of the panel are letters of an answer here.
    await payment.getByPlaceholder('Another answer').pressSequentially('tcl by hand');
    expect(await payment.getByRole('radio', { name: 'Another answer' }).isChecked()).toBe(true);
    await panel.send({ type: 'model', model: { ...fixture.model, planName: 'again' }, time: fixture.time ?? 0 });
    await page.getByText('again').first().waitFor();
    expect(await axe(page)).toEqual([]);
    await form.getByRole('button', { name: 'Answer' }).click();
    expect(await panel.posted()).toEqual([
      {
        type: 'answer-questions',
        forms: [
          { task: 'agents', answers: { reviews: 'An agent' } },
          { task: 'discovery', answers: { payment: 'tcl by hand', guests: 'No' } },
        ],
      },
    ]);
  });

  it('that is driven elsewhere has no buttons for it', async () => {
    const { model, ...rest } = fixtures.runHalfWay();
    const page = await open({
      fixture: {
        ...rest,
        model: {
          ...model,
          needs: [],
          run: { id: 'r', state: 'running', readOnly: true, note: 'driven by a window', actions: [] },
        },
      },
    });
    expect(await page.locator('.run-line').innerText()).toMatch(/only watched here\s+driven by a window/u);
    expect(await page.getByRole('button', { name: /Pause|Cancel|Resume/u }).count()).toBe(0);
    expect(await page.getByText('Needs you').count()).toBe(0);
  });

  it('goes on between two models, and stands still when it is finished', async () => {
    const page = await open({ fixture: fixtures.runOfSeconds(), tab: 'timeline' });
    const width = (): Promise<number> =>
      page
        .locator('.bar.actual[data-task="configure-development-environment"]')
        .evaluate((bar) => parseFloat((bar as HTMLElement).style.width));
    const before = await width();
    await page.waitForFunction(
      (was) =>
        parseFloat(
          document.querySelector<HTMLElement>('.bar.actual[data-task="configure-development-environment"]')?.style
            .width ?? '0',
        ) !== was,
      before,
    );
    await page.waitForFunction(() =>
      /1\d(\.\d)? s of/u.test(document.querySelector('.row.working')?.textContent ?? ''),
    );
    await panel.show(fixtures.runFinished());
    const row = page.locator('[data-key="task:integration-testing"]');
    expect(await row.innerText()).toMatch(/35 min\s*→.*32 min/su);
    expect(await page.locator('.bar.actual').count()).toBe(18);
    expect(await page.locator('.bar.forecast').count()).toBe(0);
  });
});

describe('the timeline', () => {
  it('is zoomed and dragged', async () => {
    const page = await open({ fixture: fixtures.preview(), tab: 'timeline' });
    const scroll = page.locator('.lanes-scroll');
    const box = await scroll.boundingBox();
    const [x, y] = [(box?.x ?? 0) + 300, (box?.y ?? 0) + 10];
    for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Zoom in (+)' }).click();
    const before = await scroll.evaluate((element) => element.scrollLeft);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 100, y, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(x, y);
    expect(await scroll.evaluate((element) => element.scrollLeft)).toBeCloseTo(before + 100, 0);
    expect(await page.locator('aside').innerText()).toMatch(/^Select a task/u);
  });
});

describe('the summary', () => {
  it('is where a finished run is opened, says what came of it, and leads to its files', async () => {
    const page = await open({ fixture: fixtures.runFinished() }, [{ type: 'summary' }]);
    expect(await page.getByRole('tab', { name: 'Summary' }).getAttribute('aria-selected')).toBe('true');
    const row = page.getByRole('row', { name: /^create-order-endpoints/u });
    expect(await row.getByRole('cell').allInnerTexts()).toEqual([
      'merged',
      '55 min',
      '50 min',
      '× 0.9',
      '1',
      expect.stringMatching(/^2 files, \+212 −8/u),
    ]);
    expect(await axe(page)).toEqual([]);
    await page
      .getByRole('region', { name: 'Deliverables' })
      .getByRole('button', { name: 'src/api/order.ts' })
      .first()
      .click();
    expect(await panel.posted()).toEqual([{ type: 'open-file', path: 'src/api/order.ts' }]);
    await row.getByRole('button').first().click();
    expect(await selectedTask()).toBe('create-order-endpoints');
  });

  it('is asked for anew when something has come of the run, and is not there before it is over', async () => {
    const page = await open({ fixture: fixtures.runHalfWay() });
    expect(await page.getByRole('tab', { name: 'Summary' }).count()).toBe(0);
    const { model, ...rest } = fixtures.runFinished();
    const run = { ...fixtures.runHalfWay().model.run, state: 'failed' } as PanelModel['run'] & object;
    await panel.show({ ...rest, model: { ...model, run } });
    // What was watched is not taken away from the one who watches it.
    expect(await page.getByRole('tab', { name: 'Timeline' }).getAttribute('aria-selected')).toBe('true');
    await page.getByRole('tab', { name: 'Summary' }).click();
    expect(await panel.posted()).toEqual([{ type: 'summary' }]);
    await panel.send({ type: 'model', model: { ...model, run } });
    expect(await panel.posted()).toEqual([]);
    await panel.send({ type: 'model', model: { ...model, run: { ...run, note: 'applied to main' } } });
    expect(await panel.posted()).toEqual([{ type: 'summary' }]);
  });
});

describe('the keyboard', () => {
  it('walks the layers, opens the plan and folds', async () => {
    const page = await open({ fixture: fixtures.preview(), width: 900 });
    await page.locator('[role="treeitem"][tabindex="0"]').focus();
    expect(await focused()).toMatch(/^1 Foundation/u);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await selectedTask()).toBe('configure-development-environment');
    await page.keyboard.press('Enter');
    expect(await panel.posted()).toEqual([{ type: 'open-task', task: 'configure-development-environment' }]);
    expect(await page.locator('[role="treeitem"][tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('[data-key="layer:1"]').getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^2 Models/u);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    expect(await selectedTask()).toBe('deployment-validation');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('[data-key="layer:1"]').getAttribute('aria-expanded')).toBe('true');
  });

  it('walks the graph along its edges', async () => {
    const page = await open({ fixture: fixtures.preview(), tab: 'graph', selected: 'setup-database-schema' });
    await page.locator('.node[tabindex="0"]').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    const there = await selectedTask();
    expect(fixtures.preview().model.layers[3]?.tasks.map((task) => task.id)).toContain(there);
    expect(await focused()).toMatch(new RegExp(`^${there ?? ''}, \\d+ min, (critical, )?planned`, 'u'));
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowDown');
    expect(fixtures.preview().model.layers[2]?.tasks.map((task) => task.id)).toContain(await selectedTask());
    await panel.posted();
    await page.keyboard.press('Enter');
    expect(await panel.posted()).toEqual([{ type: 'open-task', task: await selectedTask() }]);
  });

  it('walks the lanes of the timeline', async () => {
    const page = await open({ fixture: fixtures.runHalfWay(), tab: 'timeline' });
    await page.locator('.bar[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    expect(await selectedTask()).toBe('implement-order-models');
    await page.keyboard.press('ArrowDown');
    expect(await selectedTask()).toBe('implement-user-models');
    await page.keyboard.press('Enter');
    expect(await panel.posted()).toEqual([{ type: 'open-task', task: 'implement-user-models' }]);
  });

  it('finds, acts on what is selected, and lists its keys', async () => {
    const page = await open({ fixture: fixtures.runHalfWay(), selected: 'create-order-endpoints' });
    await page.keyboard.press('t');
    await page.keyboard.press('c');
    await page.keyboard.press('l');
    const task = 'create-order-endpoints';
    expect(await panel.posted()).toEqual([
      { type: 'task', action: 'terminal', task },
      { type: 'task', action: 'changes', task },
      { type: 'task', action: 'log', task },
    ]);
    await page.keyboard.press('/');
    await page.keyboard.type('cart models');
    expect(await page.locator('.row.task .name').allTextContents()).toEqual(['implement-cart-models']);
    expect(await panel.posted()).toEqual([]);
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('implement-cart-models');
    await page.keyboard.press('Escape');
    expect(await page.locator('.row.task').count()).toBe(18);
    expect(await selectedTask()).toBe(task);
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog', { name: 'Keys' }).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog', { name: 'Keys' }).count()).toBe(0);
    expect(await selectedTask()).toBe(task);
    await page.keyboard.press('Escape');
    expect(await page.locator('aside').innerText()).toMatch(/^Select a task/u);
  });

  it('moves between the tabs', async () => {
    const page = await open({ fixture: fixtures.preview(), width: 900 });
    await page.getByRole('tab', { name: 'Layers' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('Graph');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('orca-timeline').isVisible()).toBe(true);
  });
});

describe('the graph', () => {
  /** Where the first node is on the screen, and how large. */
  const seen = (): Promise<{ x: number; y: number; width: number; height: number }> =>
    panel.page
      .locator('.node rect')
      .first()
      .evaluate((node) => {
        const { x, y, width, height } = node.getBoundingClientRect();
        return { x, y, width, height };
      });

  it('asks for its layout once, and again when the dependencies have changed', async () => {
    const { model } = fixtures.preview();
    const page = await open({ fixture: { model }, tab: 'graph' });
    expect(await page.getByText('The graph is being laid out.').isVisible()).toBe(true);
    // A table of a thousand rows would be drawn for the moment only.
    expect(await page.locator('.graph-table').count()).toBe(0);
    await panel.send({ type: 'model', model });
    expect(await panel.posted()).toEqual([]);
    await panel.send({ type: 'model', model: fixtures.oneTask().model });
    expect(await panel.posted()).toEqual([{ type: 'layout' }]);
  });

  it('zooms, pans, fits, focuses, and has a table twin', async () => {
    const page = await open({ fixture: fixtures.preview(), tab: 'graph', selected: 'docker-configuration' });
    const fitted = await seen();
    await page.getByRole('button', { name: 'Zoom in (+)' }).click();
    const near = await seen();
    expect(near).not.toEqual(fitted);
    await page.locator('.graph').hover({ position: { x: 10, y: 10 } });
    await page.mouse.wheel(0, 40);
    expect(await seen()).toEqual({ ...near, y: near.y - 40 });
    await page.getByRole('button', { name: 'Fit (0)' }).click();
    expect(await seen()).toEqual(fitted);
    await page.getByRole('treeitem', { name: /create-user-endpoints/u }).click();
    await page.getByRole('button', { name: 'As a table' }).click();
    const row = page.getByRole('row', { name: /^create-user-endpoints/u });
    expect(await row.getByRole('cell').allInnerTexts()).toEqual([
      'planned',
      '3',
      '50 min',
      '',
      'implement-user-models',
      'implement-authentication, create-error-handling',
      '',
    ]);
  });

  it('moves what has the focus into sight, and is itself not scrolled', async () => {
    const page = await open({ fixture: fixtures.preview(), tab: 'graph' });
    for (let i = 0; i < 5; i++) await page.getByRole('button', { name: 'Zoom in (+)' }).click();
    const inSight = async (): Promise<boolean> => {
      const [node, window] = [
        await page.locator('.node:focus').boundingBox(),
        await page.locator('.graph').boundingBox(),
      ];
      return node !== null && window !== null && node.x >= window.x && node.x + node.width <= window.x + window.width;
    };
    for (const end of ['first', 'last'] as const) {
      await page
        .locator('.node')
        [end]()
        .evaluate((node) => (node as SVGElement).focus());
      await expect.poll(inSight).toBe(true);
      expect(await page.locator('.graph').evaluate((at) => [at.scrollLeft, at.scrollTop])).toEqual([0, 0]);
    }
  });

  it('moves a thousand tasks as a layer, without drawing them, zooms to the pointer, and has words at rest', async () => {
    const page = await open({ fixture: fixtures.thousandTasks(), tab: 'graph' });
    const words = page.locator('orca-graph .node-face');
    await page.waitForFunction(() => document.querySelectorAll('.node').length === 1000);
    expect(await words.count()).toBe(0);
    const touched = await page.evaluateHandle(() => {
      const layers: string[] = [];
      new MutationObserver((changes) => {
        for (const { target } of changes) layers.push(getComputedStyle(target as Element).willChange);
      }).observe(document.querySelector('orca-graph') ?? document, {
        subtree: true,
        childList: true,
        attributes: true,
      });
      return layers;
    });
    const whole = await seen();
    const [x, y] = [Math.ceil(whole.x + whole.width), Math.ceil(whole.y + whole.height)];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 30);
    await page.mouse.wheel(0, -30);
    await expect.poll(seen).toEqual(whole);
    expect(await touched.jsonValue()).toEqual(['transform', 'transform']);
    await page.keyboard.down('Control');
    for (let i = 0; i < 7; i++) await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await expect.poll(() => words.count()).toBeGreaterThan(0);
    expect(await words.count()).toBeLessThan(500);
    const near = await seen();
    const grown = near.width / whole.width;
    expect(grown).toBeCloseTo(Math.exp(700 / 300), 1);
    expect(near.x).toBeCloseTo(x - (x - whole.x) * grown, 0);
    expect(near.y).toBeCloseTo(y - (y - whole.y) * grown, 0);
    await page.locator('.node[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    expect(await selectedTask()).toBe('Build part 1 of the thing');
    expect(await page.locator('.node:focus').getAttribute('data-task')).toBe('task-1');
  });

  it('focuses on what a task needs and what waits for it; search and arrows stay within, Esc leaves', async () => {
    const page = await open({ fixture: fixtures.preview(), tab: 'graph', selected: 'create-user-endpoints' });
    const faded = (): Promise<(string | undefined)[]> =>
      page.locator('.node.dim').evaluateAll((nodes) => nodes.map((node) => (node as SVGElement).dataset.task));
    const whole = await seen();
    await page.getByRole('button', { name: /^Focus on/u }).click();
    expect(await faded()).toContain('create-cart-endpoints');
    expect(await faded()).not.toContain('setup-database-schema');
    expect(await faded()).not.toContain('deployment-validation');
    expect(await seen()).not.toEqual(whole);
    expect(await page.locator('.row.task').count()).toBe(18 - (await faded()).length);
    await page.locator('.node[tabindex="0"]').focus();
    // The tasks beside it in its layer have faded.
    await page.keyboard.press('ArrowDown');
    expect(await selectedTask()).toBe('create-user-endpoints');
    await page.keyboard.press('ArrowLeft');
    expect(await selectedTask()).toBe('implement-user-models');
    await page.keyboard.press('/');
    await page.keyboard.type('cart');
    expect(await page.locator('.node:not(.dim)').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await faded()).toEqual([]);
    expect(await seen()).toEqual(whole);
    expect(await selectedTask()).toBe('implement-user-models');
    await page.keyboard.press('f');
    expect((await faded()).length).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Leave the focus on implement-user-models' }).click();
    expect(await faded()).toEqual([]);
  });

  it('joins tasks that write the same files, names the files, and can leave them out', async () => {
    const page = await open({ fixture: fixtures.improvable(), tab: 'graph', selected: 'cart' });
    const words = 'The cart and The search write the same files, so that they take turns: src/routes.ts';
    expect(await page.locator('g.shares title').allTextContents()).toEqual([words]);
    expect(await page.getByRole('complementary').innerText()).toMatch(
      /Shares files with\s+The search\s+src\/routes\.ts/u,
    );
    expect(await page.locator('.node[data-task="search"]').getAttribute('aria-label')).toMatch(/shares files with 1$/u);
    await page.getByRole('button', { name: 'Tasks that write the same files' }).click();
    expect(await page.locator('g.shares').count()).toBe(0);
    expect(await page.locator('.picture-legend').innerText()).toContain('1 pair writes the same files');
    await page.getByRole('button', { name: 'As a table' }).click();
    const row = page.getByRole('row', { name: /^The search/u });
    expect(await row.getByRole('cell').last().innerText()).toBe('The cart (src/routes.ts)');
  });
});

describe('the page', () => {
  it('keeps tab and selection over a reload, for the same plan only', async () => {
    const page = await open({ fixture: fixtures.preview() });
    await page.getByRole('tab', { name: 'Graph' }).click();
    await page.getByRole('treeitem', { name: /api-documentation/u }).click();
    await page.reload();
    await panel.show(fixtures.preview());
    expect(await selectedTask()).toBe('api-documentation');
    expect(await page.getByRole('tab', { name: 'Graph' }).getAttribute('aria-selected')).toBe('true');
    const other = { ...STATE, source: { kind: 'run', folder: '/w', id: 'exec-1' } };
    await page.goto(
      `${new URL(page.url()).origin}/?${new URLSearchParams({ state: JSON.stringify(other) }).toString()}`,
    );
    await panel.show(fixtures.preview());
    expect(await page.locator('aside').innerText()).toMatch(/^Select a task/u);
  });

  it('passes over what it does not know, and reveals, empties and fills on demand', async () => {
    const page = await open({ fixture: fixtures.preview() });
    for (const type of ['later', 'toString', '']) await panel.send({ type });
    await panel.send({ type: 'reveal', task: 'docker-configuration' });
    expect(await selectedTask()).toBe('docker-configuration');
    await panel.send({ type: 'reveal', task: 'no such task' });
    expect(await page.locator('aside').innerText()).toMatch(/^Select a task/u);
    await panel.send({ type: 'empty', message: 'The plan is gone.' });
    expect(await page.getByRole('status').innerText()).toBe('The plan is gone.');
    await panel.show(fixtures.oneTask());
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('One thing');
  });

  it('has nothing but text of what the model says', async () => {
    const page = await open({ fixture: fixtures.hostile(), selected: 'create-user-endpoints', tab: 'graph' });
    expect(await page.locator('orca-panel :is(img, script, iframe, a, style, link)').count()).toBe(0);
    for (const text of [fixtures.HOSTILE.markup, fixtures.HOSTILE.binding])
      expect(await page.locator('orca-panel').textContent()).toContain(text);
    await page.getByRole('button', { name: 'As a table' }).click();
    await page.getByRole('tab', { name: 'Timeline' }).click();
    expect(await page.locator('orca-panel :is(img, script, iframe, a, style, link)').count()).toBe(0);
  });

  it('touches, of a thousand tasks, only what an update changes', async () => {
    const page = await open({ fixture: fixtures.thousandTasks() });
    expect(await page.locator('.row.task').count()).toBe(1000);
    await page.evaluate(() => {
      window.touched = 0;
      const watch = { subtree: true, childList: true, attributes: true, characterData: true };
      new MutationObserver((changes) => (window.touched += changes.length)).observe(
        document.querySelector('orca-panel') ?? document,
        watch,
      );
    });
    const { model } = fixtures.thousandTasks();
    await panel.send({ type: 'model', model });
    expect(await page.evaluate(() => window.touched)).toBe(0);
    const [first, ...layers] = model.layers;
    if (first === undefined) throw new Error('no layer');
    const [task, ...tasks] = first.tasks;
    if (task === undefined) throw new Error('no task');
    await panel.send({
      type: 'model',
      model: { ...model, layers: [{ ...first, tasks: [{ ...task, status: 'working' }, ...tasks] }, ...layers] },
    });
    const touched = await page.evaluate(() => window.touched);
    expect(touched).toBeGreaterThan(0);
    expect(touched).toBeLessThan(20);
  });

  it.each(['dark', 'light', 'hc'] as const)('has nothing that axe finds: %s', async (theme) => {
    const page = await open({ fixture: fixtures.runHalfWay(), theme, selected: 'create-user-endpoints' });
    expect(await axe(page)).toEqual([]);
  });

  it('moves nothing where less motion is asked for', async () => {
    const page = await open({ fixture: fixtures.runOfSeconds(), tab: 'timeline' });
    const motion = (): Promise<string> =>
      page
        .locator('.bar.actual')
        .first()
        .evaluate((bar) => getComputedStyle(bar).transitionDuration);
    expect(await motion()).toBe('0s');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await motion()).toMatch(/0\.15s/u);
    await page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    expect(await motion()).toBe('0s');
  });
});

it('is less than 150 kB', async () => {
  await open({});
  expect(stage.bundle.length).toBeLessThan(150_000);
});

declare global {
  interface Window {
    touched: number;
  }
}
