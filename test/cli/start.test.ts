import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parsePlan } from '../../src/core/plan/parse.ts';
import { ARTEFACTS, STEPS, stepOf, isStep } from '../../src/core/planning/steps.ts';
import { soundArtefact } from '../core/planning/sound.ts';
import { playPlanner, type Answer, type Asked, type Planner } from '../rig/planner.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.cjs');
const DELIVERED = ARTEFACTS.filter((name) => name !== 'startup.md' && name !== 'repository_map.md');
const GOAL = 'A list of things to do';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Going {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

function begin(cwd: string, ...args: string[]): Going {
  const child = spawn(process.execPath, [CLI, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
  return {
    process: child,
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err }))),
  };
}

const orca = (cwd: string, ...args: string[]): Promise<Ended> => begin(cwd, ...args).ended;

const owned: (() => void)[] = [];
afterEach(() => {
  for (const dispose of owned.splice(0).reverse()) dispose();
});

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'orca start é ')));
  owned.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args], { cwd, encoding: 'utf8' });

/** A repository whose settings name the planner that the test plays. */
async function workspace(
  answer: Answer,
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly root: string; readonly planner: Planner }> {
  const planner = await playPlanner(answer);
  owned.push(() => planner.close());
  const root = folder();
  git(root, 'init', '--quiet', '--initial-branch=main');
  mkdirSync(join(root, '.orca'));
  writeFileSync(join(root, '.orca/settings.json'), JSON.stringify(planner.settings));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message', 'base');
  return { root, planner };
}

/** What an honest agent writes for its step. */
function sound({ step }: Pick<Asked, 'step'>): Record<string, string> {
  return isStep(step) ? Object.fromEntries(stepOf(step).writes.map((name) => [name, soundArtefact(name)])) : {};
}

const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');
const runs = (root: string): string[] =>
  execFileSync(process.execPath, [CLI, 'list', '--format', 'json'], { cwd: root, encoding: 'utf8' }) === ''
    ? []
    : (
        JSON.parse(
          execFileSync(process.execPath, [CLI, 'list', '--format', 'json'], { cwd: root, encoding: 'utf8' }),
        ) as { readonly id: string }[]
      ).map(({ id }) => id);
const runFolder = (root: string): string => join(root, '.orca/executions', runs(root)[0] ?? '');

describe('orca start', () => {
  it('makes every artefact from a sentence, each step with its inputs alone, and previews the plan', async () => {
    const { root, planner } = await workspace(sound);
    const { code, out, err } = await orca(root, 'start', GOAL, 'Node, one developer', 'true', 'preview');
    expect(err).toBe('');
    expect(code).toBe(0);
    for (const name of DELIVERED) expect(read(root, name), name).toBe(soundArtefact(name));
    expect(parsePlan(read(root, 'plan.md')).diagnostics).toEqual([]);
    expect(out).toContain('Agent: planner (by your settings');
    expect(out).toContain('🚀 Execution Preview');
    expect(
      git(root, 'status', '--porcelain')
        .split('\n')
        .filter(Boolean)
        .map((line) => line.slice(3))
        .sort(),
    ).toEqual([...DELIVERED].sort());
    // One start a step; what a step is given is the text of what it reads, and of nothing else.
    expect(planner.asked.map(({ step }) => step).sort()).toEqual(
      STEPS.map(({ id }) => id)
        .filter((id) => id !== 'startup')
        .sort(),
    );
    for (const { step, prompt } of planner.asked) {
      const { reads, given, writes } = stepOf(step as (typeof STEPS)[number]['id']);
      for (const name of DELIVERED) {
        const text = soundArtefact(name).trim();
        if (reads.includes(name)) expect(prompt, `${step} reads ${name}`).toContain(text);
        else if (!writes.includes(name)) expect(prompt, `${step} is not given ${name}`).not.toContain(text);
      }
      if (given === 'goal') expect(prompt).toContain(GOAL);
      else expect(prompt, `${step} is not given the goal`).not.toContain('Node, one developer');
      if (reads.includes('repository_map.md')) expect(prompt).toContain('# Repository map');
    }
  });

  it('sends back what is not sound, with what is wrong, and takes it when it is mended', async () => {
    const bad: Partial<Record<string, { readonly files: Record<string, string>; readonly told: RegExp }>> = {
      discovery: {
        files: { 'discovery.md': `Sure! Here is the document:\n\n${soundArtefact('discovery.md')}` },
        told: /discovery\.md:1: /,
      },
      research: { files: { 'research.md': '' }, told: /research\.md/ },
      requirements: {
        files: { 'requirements.md': '# Requirements\n\nIt should be good.\n' },
        told: /requirements\.md/,
      },
      breakdown: {
        files: { 'tasks.md': soundArtefact('tasks.md').replace(/^(- Depends on: )(?!none).*$/m, '$1nobody') },
        told: /nobody/,
      },
      architecture: { files: {}, told: /architecture\.md/ },
      plan: { files: { 'plan.md': cyclic(soundArtefact('plan.md')) }, told: /→/ },
    };
    const { root, planner } = await workspace(
      (asked) => (asked.time === 1 ? bad[asked.step]?.files : undefined) ?? sound(asked),
    );
    const { code, err } = await orca(root, 'start', GOAL, 'Node', 'true', 'plan', '--attempts', '2');
    expect(err).toBe('');
    expect(code).toBe(0);
    for (const name of DELIVERED) expect(read(root, name), name).toBe(soundArtefact(name));
    for (const [step, fault] of Object.entries(bad)) {
      const again = planner.asked.filter((one) => one.step === step);
      expect(again, step).toHaveLength(2);
      expect(again[1]?.prompt, step).toContain('## What went wrong before');
      expect(again[1]?.prompt, step).toMatch(fault?.told ?? /^$/);
    }
  });

  it('stops with the lines that stand against it where an agent never mends, and leaves the user as they were', async () => {
    const mine = '# My own notes\n';
    const { root } = await workspace(
      (asked) => (asked.step === 'requirements' ? { 'requirements.md': '# Requirements\n\nNone.\n' } : sound(asked)),
      { 'discovery.md': mine },
    );
    const before = git(root, 'status', '--porcelain');
    const { code, out } = await orca(root, 'start', GOAL, 'Node', '--mode', 'plan', '--attempts', '2');
    expect(code).toBe(1);
    expect(out).toContain('The plan was not made, and nothing of yours was changed.');
    expect(out).toMatch(/requirements\.md:\d+: /);
    expect(out).toContain(`orca retry <step> ${runs(root)[0] ?? ''}`);
    expect(read(root, 'discovery.md')).toBe(mine);
    expect(git(root, 'status', '--porcelain')).toBe(before);
    for (const name of DELIVERED) expect(existsSync(join(root, name)), name).toBe(name === 'discovery.md');
  });

  it('shows what would be replaced, replaces nothing unasked, and keeps the old one when it may', async () => {
    const mine = '# My plan\n\nNot yours.\n';
    const { root } = await workspace(sound, { 'plan.md': mine, 'research.md': soundArtefact('research.md') });
    const first = await orca(root, 'start', GOAL, 'Node', '--mode', 'validate');
    expect(first.code).toBe(1);
    expect(first.out).toContain('-Not yours.');
    expect(first.err).toMatch(/plan\.md: yours differ.*--replace/s);
    expect(read(root, 'plan.md')).toBe(mine);
    expect(existsSync(join(root, 'discovery.md'))).toBe(false);
    const second = await orca(root, 'resume', runs(root)[0] ?? '', '--replace');
    expect(second.err).toBe('');
    expect(second.code).toBe(0);
    expect(second.out).toMatch(/\d+ tasks, 0 errors/);
    expect(read(root, 'plan.md')).toBe(soundArtefact('plan.md'));
    expect(read(runFolder(root), 'replaced/plan.md')).toBe(mine);
    expect(existsSync(join(runFolder(root), 'replaced/research.md'))).toBe(false);
  });

  it('says why it cannot begin: no goal, files that are in no repository, nobody who can plan', async () => {
    const { root } = await workspace(sound);
    expect(await orca(root, 'start', '  ')).toMatchObject({
      code: 2,
      err: expect.stringContaining('needs a goal') as string,
    });
    expect((await orca(root, 'start', GOAL, 'Node', 'maybe')).err).toContain('true or false, not "maybe"');
    expect((await orca(root, 'start', GOAL, 'Node', 'true', 'later')).err).toContain('plan, validate, preview');
    expect((await orca(root, 'start', GOAL, '--set', 'planning.folder=../out')).err).toContain('"../out"');
    const bare = folder();
    writeFileSync(join(bare, 'notes.txt'), 'mine');
    expect((await orca(bare, 'start', GOAL)).err).toContain('has files and is no git repository');
    expect(existsSync(join(bare, '.git'))).toBe(false);
  });

  it('makes an empty folder a repository first, and plans in a folder of its own where one is set', async () => {
    const planner = await playPlanner((asked) =>
      Object.fromEntries(Object.entries(sound(asked)).map(([name, text]) => [`docs/${name}`, text])),
    );
    owned.push(() => planner.close());
    const root = folder();
    const set = Object.entries({ ...planner.settings, 'planning.folder': 'docs' }).flatMap(([key, value]) => [
      '--set',
      `${key}=${JSON.stringify(value)}`,
    ]);
    const { code, out, err } = await orca(root, 'start', GOAL, 'Node', 'false', 'plan', ...set);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('made a git repository');
    for (const name of DELIVERED) expect(read(root, `docs/${name}`), name).toBe(soundArtefact(name));
    for (const { prompt } of planner.asked) expect(prompt).toContain('Ask nothing.');
  });
});

describe('questions of planning', () => {
  const question = (id: string) => ({
    id,
    question: `Which ${id}?`,
    why: 'It changes everything.',
    options: ['First', 'Second'],
    default: 'First',
  });
  const asks = (step: string) => JSON.stringify({ questions: [question(`${step}-one`), question(`${step}-two`)] });
  const answering: Answer = (asked) =>
    asked.time === 1 && (asked.step === 'agents' || asked.step === 'discovery')
      ? { 'questions.json': asks(asked.step) }
      : sound(asked);

  it('wait until they are answered, and what was decided is in discovery.md, with who decided it', async () => {
    const { root, planner } = await workspace(answering);
    const going = begin(root, 'start', GOAL, 'Node', '--mode', 'plan');
    const waiting = async (): Promise<readonly string[]> => {
      for (;;) {
        const [run] = await Promise.resolve(runs(root));
        if (run !== undefined) {
          const { out } = await orca(root, 'answer');
          const tasks = [...out.matchAll(/orca answer (\S+) /g)].map(([, task = '']) => task);
          if (tasks.length === 2) return tasks;
        }
      }
    };
    expect([...(await waiting())].sort()).toEqual(['agents', 'discovery']);
    expect((await orca(root, 'answer', 'discovery', '--give', 'nothing=1')).err).toContain('asks nothing by the name');
    expect((await orca(root, 'answer', 'discovery', '--give', 'discovery-one=Third')).code).toBe(0);
    expect((await orca(root, 'answer', 'agents', '--give', 'agents-two=Second')).code).toBe(0);
    const { code, err } = await going.ended;
    expect(code).toBe(0);
    expect(err).toContain('Answer with: orca answer discovery');
    const discovery = read(root, 'discovery.md');
    expect(discovery.startsWith(soundArtefact('discovery.md').trimEnd())).toBe(true);
    expect(discovery).toContain('## Decisions');
    expect(discovery).toMatch(/discovery-one.*Third.*decided by the user/);
    expect(discovery).toMatch(/discovery-two.*First.*taken by default/);
    expect(discovery).toMatch(/agents-two.*Second.*decided by the user/);
    expect(planner.asked.find(({ step, time }) => step === 'discovery' && time === 2)?.prompt).toContain('Third');
    // Who reads discovery.md reads what was decided.
    expect(planner.asked.find(({ step }) => step === 'research')?.prompt).toMatch(/discovery-one.*Third/);
    expect(planner.asked.find(({ step }) => step === 'breakdown')?.prompt).not.toContain('discovery-one');
  });

  it('take their defaults without clarification, and are listed as assumptions', async () => {
    const { root } = await workspace(answering);
    const { code, err } = await orca(root, 'start', GOAL, 'Node', '--no-clarify', '--mode', 'plan');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(read(root, 'discovery.md')).toMatch(/discovery-one.*First.*taken by default/);
    expect(read(root, 'discovery.md')).toContain('Assumed');
  });
});

it('is killed at every step, and goes on: no step that has finished is done again', async () => {
  const release = new Map<string, () => void>();
  const arrived = new Map<string, () => void>();
  const steps = STEPS.map(({ id }) => id).filter((id) => id !== 'startup');
  const { root, planner } = await workspace(async (asked) => {
    arrived.get(asked.step)?.();
    await new Promise<void>((resolve) => release.set(asked.step, resolve));
    return sound(asked);
  });
  let going = begin(root, 'start', GOAL, 'Node', '--mode', 'plan');
  for (const step of steps) {
    if (!planner.asked.some((asked) => asked.step === step))
      await new Promise<void>((resolve) => arrived.set(step, resolve));
    going.process.kill('SIGKILL');
    await going.ended;
    // Its agent ends while nobody drives the run, or after somebody does again.
    if (steps.indexOf(step) % 2 === 0) release.get(step)?.();
    going = begin(root, 'resume');
    if (steps.indexOf(step) % 2 === 1) release.get(step)?.();
  }
  const { code, err } = await going.ended;
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(planner.asked.map(({ step }) => step).sort()).toEqual([...steps].sort());
  for (const name of DELIVERED) expect(read(root, name), name).toBe(soundArtefact(name));
});

describe('orca replan', () => {
  it('does again only what depends on what was edited; tasks that are done stay done', async () => {
    const { root, planner } = await workspace(sound);
    expect((await orca(root, 'replan')).err).toContain('No plan was made here');
    expect((await orca(root, 'start', GOAL, 'Node', '--mode', 'plan')).code).toBe(0);
    expect((await orca(root, 'replan')).err).toContain('No artefact was edited');
    const [first] = parsePlan(read(root, 'plan.md')).tasks;
    const finished = first?.id ?? '';
    writeFileSync(join(root, 'plan.md'), read(root, 'plan.md').replace(`### ${finished}`, `### [x] ${finished}`));
    expect((await orca(root, 'replan')).err).toContain('Nothing depends on plan.md');
    const edited = `${soundArtefact('architecture.md')}\nEdited by hand.\n`;
    writeFileSync(join(root, 'architecture.md'), edited);
    const before = planner.asked.length;
    const { code, out } = await orca(root, 'replan', '--mode', 'validate', '--replace');
    expect(code).toBe(0);
    expect(out).toContain('Edited: architecture.md');
    expect(out).toContain(`Done already, and stay: ${finished}`);
    const again = planner.asked.slice(before);
    expect(again.map(({ step }) => step)).toEqual(['review', 'plan']);
    expect(again[0]?.prompt).toContain('Edited by hand.');
    expect(read(root, 'architecture.md')).toBe(edited);
    expect(parsePlan(read(root, 'plan.md')).tasks.find(({ id }) => id === finished)?.done).toBe(true);
  });
});

/** The plan with its first two tasks waiting for each other. */
function cyclic(plan: string): string {
  const [first, second] = parsePlan(plan).tasks;
  const waits = (text: string, id = '', on = ''): string => {
    const at = text.indexOf(`### ${id}`);
    return text.slice(0, at) + text.slice(at).replace(/^- Depends on: .*$/m, `- Depends on: ${on}`);
  };
  return waits(waits(plan, first?.id, second?.id), second?.id, first?.id);
}
