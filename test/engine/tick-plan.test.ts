import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../src/core/plan/edit/edits.ts';
import { parsePlan } from '../../src/core/plan/parse.ts';
import { applyRun } from '../../src/engine/git/apply.ts';
import { integrationRef } from '../../src/engine/git/refs.ts';
import { readPlanSource } from '../../src/engine/plan-source.ts';
import { tickPlan, tickedText, type Editors, type Finished } from '../../src/engine/tick-plan.ts';
import { filesOf, rig, type Rig } from './git/rig.ts';

const PLAN = '- [ ] T001 a\n- [ ] T002 b\n- [ ] T003 c\n';

/** A run of the plan as it is now that has finished some of its tasks. */
async function finished(at: Rig, planPath: string, ...ids: readonly string[]): Promise<Finished> {
  const reading = await readPlanSource(join(at.root, planPath), at.root);
  if (!reading.ok) throw new Error(reading.message);
  const { source } = reading;
  const text = (): Promise<string> => Promise.resolve(source.text);
  return { planPath, plan: parsePlan(source), text, ids: new Set(ids), undone: new Set() };
}

describe('what a run has finished is ticked', () => {
  it('when the run is applied, beside what agents wrote, and not committed', async () => {
    const at = rig();
    at.commit({ 'tasks.md': PLAN, a: '1' });
    const run = await finished(at, 'tasks.md', 'T001', 'T003');
    at.git(['checkout', '-q', '--detach']);
    // An agent ticked one by itself.
    at.write({ a: '2', 'tasks.md': PLAN.replace('[ ] T001', '[x] T001') });
    at.git(['update-ref', integrationRef('exec-x'), at.commit({}, 'the run')]);
    at.git(['checkout', '-q', 'main']);
    expect(await applyRun(await at.open(), 'exec-x')).toMatchObject({ ok: true });
    const ticked = await tickPlan(at.root, run);
    expect(ticked).toEqual({ ticked: ['T003'], unticked: [], files: ['tasks.md'], problems: [] });
    expect(tickedText(ticked)).toBe('Ticked in tasks.md: T003.');
    expect(filesOf(at.root)).toEqual({ a: '2', 'tasks.md': '- [x] T001 a\n- [ ] T002 b\n- [x] T003 c\n' });
    expect(at.git(['status', '--porcelain'])).toBe(' M tasks.md\n');
    expect(await tickPlan(at.root, run)).toEqual({ ticked: [], unticked: [], files: [], problems: [] });
    expect(at.git(['status', '--porcelain'])).toBe(' M tasks.md\n');
  });

  it('until it is rolled back', async () => {
    const at = rig();
    at.commit({ 'tasks.md': PLAN });
    const run = await finished(at, 'tasks.md', 'T001', 'T002');
    await tickPlan(at.root, run);
    const rolledBack = { ...run, ids: new Set(['T002']), undone: new Set(['T001']) };
    const ticked = await tickPlan(at.root, rolledBack);
    expect(tickedText(ticked)).toBe('No longer ticked in tasks.md: T001.');
    expect(filesOf(at.root)).toEqual({ 'tasks.md': PLAN.replace('[ ] T002', '[x] T002') });
    expect(await tickPlan(at.root, rolledBack)).toMatchObject({ unticked: [], files: [] });
  });

  it('and its group is not ticked in its stead, nor where what it had before is lost', async () => {
    const at = rig();
    const plan = '- [ ] 2. G\n  - [ ] 2.1 a\n  - [ ] 2.2 b\n- [ ] 3. c\n';
    at.commit({ 'tasks.md': plan });
    const run = await finished(at, 'tasks.md', '2.1');
    await tickPlan(at.root, run);
    const text = (): Promise<string> => Promise.reject(new Error('it is gone'));
    const other = { ...run, ids: new Set(['3']), undone: new Set(['2.1']), text };
    expect(await tickPlan(at.root, other)).toMatchObject({
      ticked: ['3'],
      problems: ['What was rolled back is still ticked in tasks.md: it is gone'],
    });
    const then = { ...run, ids: new Set(['2.2', '3']), undone: new Set(['2.1']) };
    expect(await tickPlan(at.root, then)).toMatchObject({ ticked: ['2.2'], unticked: ['2.1'] });
    expect(filesOf(at.root)).toEqual({ 'tasks.md': plan.replace('[ ] 2.2', '[x] 2.2').replace('[ ] 3', '[x] 3') });
  });

  it('in each file of a folder', async () => {
    const at = rig();
    const task = (id: string, state = 'To Do'): string => `---\nid: ${id}\ntitle: ${id}\nstatus: ${state}\n---\n`;
    const files = {
      'app/backlog/tasks/a.md': task('t-1'),
      'app/backlog/tasks/b.md': task('t-2'),
      'app/backlog/tasks/c.md': task('t-3'),
    };
    at.commit(files);
    const ticked = await tickPlan(at.root, await finished(at, 'app/backlog', 't-1', 't-3'));
    expect(ticked).toEqual({
      ticked: ['t-1', 't-3'],
      unticked: [],
      files: ['app/backlog/tasks/a.md', 'app/backlog/tasks/c.md'],
      problems: [],
    });
    expect(filesOf(at.root)).toEqual({
      ...files,
      'app/backlog/tasks/a.md': task('t-1', 'Done'),
      'app/backlog/tasks/c.md': task('t-3', 'Done'),
    });
    expect(at.git(['status', '--porcelain'])).toBe(' M app/backlog/tasks/a.md\n M app/backlog/tasks/c.md\n');
  });

  it('in the plan as it is now: what is gone is left, what moved is found', async () => {
    const at = rig();
    at.commit({ 'tasks.md': PLAN });
    const run = await finished(at, 'tasks.md', 'T001', 'T002', 'T003');
    at.write({ 'tasks.md': '# New\n\n- [ ] T004 d\n- [ ] T003 c\n- [ ] T002 other\n' });
    expect((await tickPlan(at.root, run)).ticked).toEqual(['T003']);
    expect(readFileSync(join(at.root, 'tasks.md'), 'utf8')).toBe(
      '# New\n\n- [ ] T004 d\n- [x] T003 c\n- [ ] T002 other\n',
    );
  });

  it('with its bytes, its mode and its link kept', async () => {
    const at = rig();
    const text = '\uFEFF- [ ] T001 \u00e9\r\n- [ ] T002 \u{1F600}  \r\n\r\nend';
    at.commit({ 'docs/real.md': text });
    chmodSync(join(at.root, 'docs/real.md'), 0o755);
    symlinkSync('docs/real.md', join(at.root, 'tasks.md'));
    expect((await tickPlan(at.root, await finished(at, 'tasks.md', 'T002'))).files).toEqual(['tasks.md']);
    expect(readFileSync(join(at.root, 'docs/real.md'), 'utf8')).toBe(text.replace('[ ] T002', '[x] T002'));
    expect(lstatSync(join(at.root, 'tasks.md')).isSymbolicLink()).toBe(true);
    expect(statSync(join(at.root, 'docs/real.md')).mode & 0o777).toBe(0o755);
  });

  it('in the editor, where the file is open there', async () => {
    const at = rig();
    at.commit({ 'tasks.md': PLAN });
    const run = await finished(at, 'tasks.md', 'T001');
    const path = join(at.root, 'tasks.md');
    let open = `# Typed meanwhile\n${PLAN}`;
    const editors: Editors = {
      textOf: (file) => (file === path ? open : undefined),
      edit: (file, edits) => {
        if (file === path) open = applyEdits(open, edits);
        return Promise.resolve(file === path);
      },
    };
    expect((await tickPlan(at.root, run, editors)).ticked).toEqual(['T001']);
    expect(open).toBe(`# Typed meanwhile\n${PLAN.replace('[ ]', '[x]')}`);
    expect(readFileSync(path, 'utf8')).toBe(PLAN);
  });

  it('or it is said why not', async () => {
    const at = rig();
    at.commit({ 'tasks.md': PLAN });
    const path = join(at.root, 'tasks.md');
    const run = await finished(at, 'tasks.md', 'T001');
    const latin = Buffer.concat([Buffer.from(PLAN), Buffer.from([0xe9, 0x0a])]);
    writeFileSync(path, latin);
    expect((await tickPlan(at.root, run)).problems).toEqual(['tasks.md was not ticked: it is not UTF-8']);
    expect(readFileSync(path)).toEqual(latin);
    unlinkSync(path);
    expect((await tickPlan(at.root, run)).problems[0]).toMatch(/^tasks\.md was not ticked: ENOENT/);
    writeFileSync(join(at.root, '../outside.md'), PLAN);
    symlinkSync('../outside.md', path);
    expect((await tickPlan(at.root, run)).problems).toEqual([
      'tasks.md was not ticked: it is outside of the repository',
    ]);
    expect(readFileSync(join(at.root, '../outside.md'), 'utf8')).toBe(PLAN);
  });
});
