import type { Cli, PermissionMode } from '../agent.ts';
import { modeFor, ownArguments } from './modes.ts';

const MODES: Readonly<Record<PermissionMode, string>> = {
  ask: 'default',
  edits: 'auto_edit',
  sandbox: 'auto_edit',
  full: 'yolo',
};

/** Gemini CLI. */
export const gemini: Cli = {
  id: 'gemini',
  label: 'Gemini CLI',
  program: 'gemini',
  versionArgs: ['--version'],
  install: 'npm install --global @google/gemini-cli',
  signIn: 'Run `gemini` once and choose how to sign in, or set GEMINI_API_KEY.',
  signedIn: {
    env: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_GENAI_USE_GCA'],
    files: ['.gemini/oauth_creds.json'],
  },
  env: ['GEMINI_*', 'GOOGLE_*', 'CLOUD_ML_REGION'],
  permissions: {
    ask: 'Default: only reads; as nobody can be asked, the model is not given the tools that write or run commands (--approval-mode default).',
    edits: 'Auto edit: edits files; the model is not given the tool that runs commands (--approval-mode auto_edit).',
    full: 'YOLO: does everything without asking (--approval-mode yolo).',
  },
  // Its servers come from settings files alone, and the only ones that are not the user's own have to be root's.
  asks: false,
  invoke(request, setting) {
    const mode = modeFor(gemini, setting.permission ?? request.permission) ?? 'ask';
    return {
      argv: [
        setting.program ?? gemini.program,
        '--output-format',
        'stream-json',
        // The worktree is new to it, and it would not start in a folder that it was not told to trust.
        '--skip-trust',
        '--approval-mode',
        MODES[mode],
        ...ownArguments(setting),
      ],
      env: { ...setting.env },
      stdin: request.promptFile,
      files: [],
    };
  },
  resume: (session, setting) => ({
    argv: [setting.program ?? gemini.program, '--resume', session, ...ownArguments(setting)],
    env: { ...setting.env },
  }),
};
