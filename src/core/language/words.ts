import type { FieldName } from '../plan/text/fields.ts';
import type { Strategy } from '../plan/plan.ts';

/** What the editor says about the words of a plan: one sentence each. */
export const FIELD_WORDS: Readonly<Record<FieldName, { readonly label: string; readonly about: string }>> = {
  estimate: {
    label: 'Estimate',
    about: 'How long it takes: `25 min`, `1.5 h`, `2-3 hours`. A day is 8 hours; without one 30 minutes are assumed.',
  },
  depends: { label: 'Depends on', about: 'The tasks that have to be done first, by id, title or number, or `none`.' },
  files: {
    label: 'Files',
    about: 'Globs of what the task writes: tasks that write the same file do not run at the same time.',
  },
  reads: { label: 'Reads', about: 'Files whose text the agent is given with the task.' },
  agent: { label: 'Agent', about: 'The agent that does the task.' },
  gates: { label: 'Gates', about: 'The quality gates that the result has to pass before it is merged.' },
  resources: { label: 'Resources', about: 'Things that one task at a time may hold: a port, a database.' },
  requirements: { label: 'Requirements', about: 'Ids of the requirements that the task meets.' },
  acceptance: {
    label: 'Acceptance',
    about: 'When the task is done, as a list. A criterion that is a command is run: it has to exit with 0.',
  },
  status: { label: 'Status', about: '`done` says that the task is not to be run.' },
};

/** The fields that a layer's heading may have. */
export const LAYER_FIELDS: readonly FieldName[] = ['gates', 'agent'];

export const KEY_WORDS: Readonly<Record<string, string>> = {
  title: 'What the plan is called; else its first heading.',
  strategy: 'How a run decides when a task may start.',
  agents: 'How many agents work at once.',
  agent: 'The agent of the tasks that name none.',
  gates: 'The gates of every task that names none.',
  order: 'What orders the tasks that state no dependencies.',
};

export const STRATEGY_WORDS: Readonly<Record<Strategy, string>> = {
  sequential: 'One task after another.',
  conservative: 'Layer by layer: the next begins when all of the layer before is merged.',
  hybrid: 'A task starts when what it depends on is merged; tasks that write the same file run one at a time.',
  aggressive: 'Like `hybrid`, but tasks that write the same file may run at the same time.',
};
