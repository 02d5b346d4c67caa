import type { Cli, PermissionMode } from '../agent.ts';
import { mcpServers, modeFor, ownArguments, SERVER } from './modes.ts';

/** With `=`: these flags take several values, and would take what stands behind them. */
const FLAGS: Readonly<Record<PermissionMode, readonly string[]>> = {
  ask: [],
  edits: ['--allow-tool=write'],
  sandbox: ['--sandbox', '--allow-all-tools'],
  full: ['--allow-all'],
};

/** GitHub Copilot CLI. */
export const copilot: Cli = {
  id: 'copilot',
  label: 'GitHub Copilot CLI',
  program: 'copilot',
  versionArgs: ['--version'],
  install: 'npm install --global @github/copilot',
  signIn: 'Run `copilot login`, or set COPILOT_GITHUB_TOKEN.',
  signedIn: {
    env: ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN', 'COPILOT_PROVIDER_BASE_URL'],
    files: ['.copilot/config.json'],
  },
  env: ['COPILOT_*', 'GH_*', 'GITHUB_TOKEN'],
  permissions: {
    ask: 'Reads; as nobody can be asked, it denies itself edits and most commands.',
    edits:
      'Edits files of the worktree; most commands are denied, but some that only write files are run (--allow-tool=write).',
    sandbox:
      'Uses all tools, and runs commands inside its own sandbox; where the machine has none, its commands fail (--sandbox --allow-all-tools).',
    full: 'Uses all tools, paths and addresses without asking (--allow-all).',
  },
  asks: false,
  invoke(request, setting) {
    const mode = modeFor(copilot, setting.permission ?? request.permission) ?? 'ask';
    const mcp = mcpServers(request);
    const report = `${request.dir}/usage.json`;
    return {
      argv: [
        setting.program ?? copilot.program,
        '--output-format',
        'json',
        '--usage-output-file',
        report,
        '--no-ask-user',
        '--no-auto-update',
        ...FLAGS[mode],
        ...(mcp === undefined ? [] : ['--additional-mcp-config', `@${mcp.path}`, `--allow-tool=${SERVER}`]),
        ...ownArguments(setting),
      ],
      env: { ...setting.env },
      stdin: request.promptFile,
      files: mcp === undefined ? [] : [{ name: mcp.name, text: mcp.text }],
      report,
    };
  },
  resume: (session, setting) => ({
    argv: [setting.program ?? copilot.program, `--resume=${session}`, ...ownArguments(setting)],
    env: { ...setting.env },
  }),
};
