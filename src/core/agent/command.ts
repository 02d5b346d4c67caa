import type { Agent, CommandSetting } from './agent.ts';

/** An agent made of a setting. The prompt goes by standard input or by file, never through a shell. */
export function commandAgent(id: string, setting: CommandSetting): Agent {
  return {
    id,
    label: id,
    ...(setting.command[0] !== undefined && { program: setting.command[0] }),
    refuses: () =>
      setting.command[0] === undefined || setting.command[0] === ''
        ? `The agent "${id}" has an empty command. Set it in orca.agents or .orca/settings.json.`
        : undefined,
    invoke({ task, promptFile, prompt, worktree }) {
      const values: Record<string, string> = { promptFile, prompt, worktree, task: task.id };
      const [program, ...rest] = setting.command.map((argument) =>
        argument.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
      );
      return {
        argv: [program ?? '', ...rest],
        env: setting.env ?? {},
        files: [],
        ...(setting.prompt !== 'none' && { stdin: promptFile }),
      };
    },
  };
}
