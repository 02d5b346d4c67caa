/** Every file that planning writes, in the order in which they come to be. */
export const ARTEFACTS = [
  'startup.md',
  'repository_map.md',
  'agent_definitions.md',
  'agent_prompts.md',
  'discovery.md',
  'research.md',
  'requirements.md',
  'tasks.md',
  'architecture.md',
  'tech_stack.md',
  'task_review.md',
  'plan.md',
] as const;
export type Artefact = (typeof ARTEFACTS)[number];

/** What the user is handed over: all but what only says how things were at the start. */
export const DELIVERED: readonly Artefact[] = ARTEFACTS.filter(
  (name) => name !== 'startup.md' && name !== 'repository_map.md',
);

export const STEP_IDS = [
  'startup',
  'agents',
  'discovery',
  'research',
  'requirements',
  'agents-improved',
  'breakdown',
  'architecture',
  'review',
  'plan',
] as const;
export type StepId = (typeof STEP_IDS)[number];

/** A step of planning: a task of the plan that makes plans. */
export interface Step {
  readonly id: StepId;
  /** 0 to 9, as people count the steps. */
  readonly number: number;
  readonly title: string;
  /** Whose work it is. */
  readonly role: string;
  readonly dependsOn: readonly StepId[];
  /** Exactly what its agent is given, besides the goal. */
  readonly reads: readonly Artefact[];
  readonly writes: readonly Artefact[];
  /** Whether its agent is told the user's goal and constraints. */
  readonly given: 'goal' | undefined;
  /** Of its estimate. */
  readonly minutes: number;
}

/** The steps in an order in which each comes behind those that it depends on. */
export const STEPS: readonly Step[] = (
  [
    {
      id: 'startup',
      title: 'Start-up check',
      role: 'Orca',
      dependsOn: [],
      reads: [],
      writes: ['startup.md', 'repository_map.md'],
      given: undefined,
      minutes: 1,
    },
    {
      id: 'agents',
      title: 'Agents for the project',
      role: 'prompt engineer',
      dependsOn: ['startup'],
      reads: ['startup.md'],
      writes: ['agent_definitions.md', 'agent_prompts.md'],
      given: 'goal',
      minutes: 6,
    },
    {
      id: 'discovery',
      title: 'Discovery',
      role: 'product analyst',
      dependsOn: ['startup'],
      reads: ['repository_map.md'],
      writes: ['discovery.md'],
      given: 'goal',
      minutes: 8,
    },
    {
      id: 'research',
      title: 'Research',
      role: 'researcher',
      dependsOn: ['discovery'],
      reads: ['discovery.md'],
      writes: ['research.md'],
      given: undefined,
      minutes: 10,
    },
    {
      id: 'requirements',
      title: 'Requirements',
      role: 'requirements engineer',
      dependsOn: ['discovery', 'research'],
      reads: ['discovery.md', 'research.md'],
      writes: ['requirements.md'],
      given: undefined,
      minutes: 10,
    },
    {
      id: 'agents-improved',
      title: 'Agents, improved by the requirements',
      role: 'prompt engineer',
      dependsOn: ['agents', 'requirements'],
      reads: ['requirements.md', 'agent_definitions.md', 'agent_prompts.md'],
      writes: ['agent_definitions.md', 'agent_prompts.md'],
      given: undefined,
      minutes: 6,
    },
    {
      id: 'breakdown',
      title: 'Task breakdown',
      role: 'project planner',
      dependsOn: ['requirements'],
      reads: ['requirements.md'],
      writes: ['tasks.md'],
      given: undefined,
      minutes: 10,
    },
    {
      id: 'architecture',
      title: 'Architecture',
      role: 'software architect',
      dependsOn: ['requirements', 'breakdown'],
      reads: ['requirements.md', 'tasks.md'],
      writes: ['architecture.md', 'tech_stack.md'],
      given: undefined,
      minutes: 12,
    },
    {
      id: 'review',
      title: 'Engineering review',
      role: 'senior engineer who reviews',
      dependsOn: ['breakdown', 'architecture'],
      reads: ['tasks.md', 'architecture.md'],
      writes: ['task_review.md'],
      given: undefined,
      minutes: 8,
    },
    {
      id: 'plan',
      title: 'Implementation planning',
      role: 'implementation planner',
      dependsOn: ['review', 'architecture'],
      reads: ['task_review.md', 'architecture.md'],
      writes: ['plan.md'],
      given: undefined,
      minutes: 12,
    },
  ] as const
).map((step, number) => ({ ...step, number }));

export function isStep(id: string): id is StepId {
  return (STEP_IDS as readonly string[]).includes(id);
}

export function stepOf(id: StepId): Step {
  const step = STEPS[STEP_IDS.indexOf(id)];
  if (step === undefined) throw new Error(`no step is named ${id}`);
  return step;
}

/** Where a file of planning stands. `folder`: relative to the repository, `/` as separator; empty: its root. */
export function artefactPath(folder: string, name: string): string {
  const inside = folder.replaceAll('\\', '/').replace(/^(?:\.?\/)+|\/+$/g, '');
  return inside === '' || inside === '.' ? name : `${inside}/${name}`;
}

/**
 * Whether artefacts can stand in a folder: its path can be written into a plan as it is, leads nowhere else, and is
 * neither git's nor Orca's own.
 */
export function isArtefactFolder(folder: string): boolean {
  if (folder === '') return true;
  const segments = folder.split('/');
  return segments.every(
    (name) =>
      /^[\p{L}\p{N}_.@+-][\p{L}\p{N}_.@+ -]*$/u.test(name) &&
      !/^\.{1,2}$|^\.(?:git|orca)$/i.test(name) &&
      !name.endsWith(' ') &&
      !name.includes(' - '),
  );
}
