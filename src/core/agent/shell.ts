import type { Agent } from './agent.ts';

/** The built-in agent: runs the task's `sh run` blocks. No model, no key, no network. */
export const shellAgent: Agent = {
  id: 'shell',
  label: 'Shell',
  refuses: (task) =>
    task.script === undefined
      ? `${task.id} has no \`sh run\` block, which is what the agent "shell" runs. Add one, or choose another agent.`
      : undefined,
  // By file, not by argument: scripts are longer than an argument may be on Windows.
  invoke: ({ task, dir }) => ({
    argv: ['sh', '-e', `${dir}/script.sh`],
    env: {},
    files: [{ name: 'script.sh', text: `${task.script ?? ''}\n` }],
  }),
};
