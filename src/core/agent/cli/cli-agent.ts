import type { Agent, CliId, CliSetting } from '../agent.ts';
import { CLIS } from './clis.ts';

/** An agent that is one of the known CLIs, by the settings' name for it. */
export function cliAgent(id: string, kind: CliId, setting: CliSetting = {}): Agent {
  const cli = CLIS[kind];
  return {
    id,
    label: id === kind ? cli.label : `${id} (${cli.label})`,
    program: setting.program ?? cli.program,
    refuses: () => undefined,
    invoke: (request) =>
      cli.invoke(request, request.readOnly === true ? { ...setting, permission: request.permission } : setting),
    output: kind,
    env: cli.env,
    cli,
    setting,
  };
}
