import type { Cli, PermissionMode } from '../agent.ts';
import { ANSWER_MS, mcpServers, modeFor, ownArguments } from './modes.ts';

const MODES: Readonly<Record<PermissionMode, string>> = {
  ask: 'default',
  edits: 'auto-edit',
  sandbox: 'auto-edit',
  full: 'yolo',
};

/** Qwen Code. */
export const qwen: Cli = {
  id: 'qwen',
  label: 'Qwen Code',
  program: 'qwen',
  versionArgs: ['--version'],
  install: 'npm install --global @qwen-code/qwen-code',
  signIn: 'Run `qwen` once and follow `/auth`, or set OPENAI_API_KEY and OPENAI_BASE_URL.',
  signedIn: {
    env: ['OPENAI_API_KEY', 'DASHSCOPE_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY'],
    files: ['.qwen/oauth_creds.json'],
  },
  env: ['QWEN_*', 'OPENAI_*', 'DASHSCOPE_*', 'ANTHROPIC_*', 'GEMINI_*', 'GOOGLE_*', 'BAILIAN_*'],
  permissions: {
    ask: 'Default: only reads; as nobody can be asked, edits and commands are refused (--approval-mode default).',
    edits: 'Auto edit: edits files; the model is not given the tool that runs commands (--approval-mode auto-edit).',
    full: 'YOLO: does everything without asking (--approval-mode yolo).',
  },
  asks: false,
  invoke(request, setting) {
    const mode = modeFor(qwen, setting.permission ?? request.permission) ?? 'ask';
    const mcp = mcpServers(request, { trust: true, timeout: ANSWER_MS });
    return {
      argv: [
        setting.program ?? qwen.program,
        '--output-format',
        'stream-json',
        '--approval-mode',
        MODES[mode],
        ...(mcp === undefined ? [] : ['--mcp-config', mcp.path]),
        ...ownArguments(setting),
      ],
      env: { ...setting.env },
      stdin: request.promptFile,
      files: mcp === undefined ? [] : [{ name: mcp.name, text: mcp.text }],
    };
  },
  resume: (session, setting) => ({
    argv: [setting.program ?? qwen.program, '--resume', session, ...ownArguments(setting)],
    env: { ...setting.env },
  }),
};
