import type { AgentRequest, Cli, CliSetting, PermissionMode } from '../agent.ts';
import { fields, fieldsOfLine, type Fields } from './json.ts';
import { modeFor, ownArguments, SERVER } from './modes.ts';

/** By its own rules almost everything is allowed. A rule to ask would end the run where nobody is there; to deny does not. */
const CLOSED = { bash: 'deny', webfetch: 'deny', websearch: 'deny', external_directory: 'deny' };
const RULES: Readonly<Record<PermissionMode, Readonly<Record<string, string>> | undefined>> = {
  ask: { edit: 'deny', ...CLOSED },
  edits: { edit: 'allow', ...CLOSED },
  sandbox: { edit: 'allow', ...CLOSED },
  full: undefined,
};

/** opencode. */
export const opencode: Cli = {
  id: 'opencode',
  label: 'opencode',
  program: 'opencode',
  versionArgs: ['--version'],
  install: 'npm install --global opencode-ai',
  signIn: 'Run `opencode auth login`, or set the key of a provider, such as ANTHROPIC_API_KEY.',
  signedIn: {
    env: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY', 'OPENCODE_CONFIG_CONTENT'],
    files: ['.local/share/opencode/auth.json'],
  },
  env: ['OPENCODE_*', 'ANTHROPIC_*', 'OPENAI_*', 'GEMINI_*', 'GOOGLE_*', 'OPENROUTER_*', 'AWS_*', 'AZURE_*'],
  permissions: {
    ask: 'Only reads; as nobody can be asked, the model is not given the tools that edit, run commands or fetch (permission: deny).',
    edits:
      'Edits files of the worktree; the model is not given the tools that run commands or fetch (permission: edit allow, bash deny).',
    full: 'Does everything that your own opencode rules do not deny, without asking (--auto).',
  },
  asks: false,
  invoke(request, setting) {
    const mode = modeFor(opencode, setting.permission ?? request.permission) ?? 'ask';
    return {
      argv: [
        setting.program ?? opencode.program,
        'run',
        '--format',
        'json',
        ...(mode === 'full' ? ['--auto'] : []),
        ...ownArguments(setting),
      ],
      env: {
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        ...setting.env,
        OPENCODE_CONFIG_CONTENT: config(request, setting, RULES[mode]),
      },
      stdin: request.promptFile,
      files: [],
    };
  },
  resume: (session, setting) => ({
    argv: [setting.program ?? opencode.program, '--session', session, ...ownArguments(setting)],
    env: { ...setting.env },
  }),
};

/** Its configuration by a variable, with these rules in it. */
export function withRules(content: string | undefined, rules: Readonly<Record<string, string>>): string {
  const own = ownConfig(content);
  return JSON.stringify({ ...own, permission: { ...fields(own.permission), ...rules } });
}

function ownConfig(content: string | undefined): Fields {
  return fieldsOfLine(content?.trim() ?? '') ?? {};
}

/** It lays this over the user's own files, part by part. */
function config({ mcp }: AgentRequest, { env }: CliSetting, permission: object | undefined): string {
  const own = ownConfig(env?.OPENCODE_CONFIG_CONTENT);
  const server = mcp && {
    mcp: {
      ...fields(own.mcp),
      [SERVER]: { type: 'local', command: [mcp.command, ...mcp.args], environment: mcp.env, enabled: true },
    },
  };
  return JSON.stringify({
    ...own,
    ...(permission && { permission: { ...fields(own.permission), ...permission } }),
    ...server,
  });
}
