import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { installedCli, type CliName } from './install.mjs';

/** A HOME and a repository of its own for one agent, below a temporary folder. Paths are absolute and real. */
export interface Lab {
  readonly home: string;
  readonly repo: string;
  remove(): void;
}

export function openLab(): Lab {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orca-agent-')));
  const lab = { home: join(folder, 'home'), repo: join(folder, 'repo') };
  for (const dir of [lab.home, lab.repo]) mkdirSync(dir);
  return { ...lab, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** What a CLI needs to talk to the stub: nothing else of the environment, no sign-in. `files` are written below HOME. */
export interface StubEnv {
  readonly env: Readonly<Record<string, string>>;
  /** Absolute paths. */
  readonly files: readonly string[];
}

export interface StubEnvOptions {
  /** The client's API key, by which the stub keeps its bill. */
  readonly key?: string;
  /** How often a CLI that can be told tries a request again; the CLIs' own answer is minutes. */
  readonly retries?: number;
  /** An MCP server named `orch`, for the CLIs that take one from a file or a variable only. */
  readonly mcp?: McpCommand;
  /** opencode may do everything unless it is told otherwise: this makes it ask, which is a no where nobody is there. */
  readonly ask?: boolean;
  /** claude signed in with a subscription, where `key` is its token: only so does it tell of limits in use. */
  readonly subscription?: boolean;
  /** Nothing that names the stub, no key and no file: as on a machine where nobody has signed in. */
  readonly signedOut?: boolean;
  /** For the CLIs that take it from a file only. */
  readonly maxTurns?: number;
}

export interface McpCommand {
  readonly command: string;
  readonly args: readonly string[];
}

export function stubEnv(cli: CliName, url: string, home: string, options: StubEnvOptions = {}): StubEnv {
  const {
    key = 'stub-key',
    retries = 1,
    mcp,
    ask = false,
    subscription = false,
    signedOut = false,
    maxTurns,
  } = options;
  const { own, files } = signedOut
    ? { own: {}, files: {} }
    : cliEnv(cli, url, { key, retries, mcp, ask, subscription, maxTurns });
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
  const temporary = join(home, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const path = installedCli(cli)?.env.PATH ?? process.env.PATH ?? '';
  return { env: { PATH: path, HOME: home, TMPDIR: temporary, LANG: 'C.UTF-8', ...git, ...own }, files: paths };
}

interface OwnEnv {
  readonly own: Readonly<Record<string, string>>;
  /** Text by path below HOME. */
  readonly files: Readonly<Record<string, string>>;
}

type Filled = Required<Omit<StubEnvOptions, 'mcp' | 'maxTurns' | 'signedOut'>> & {
  readonly mcp: McpCommand | undefined;
  readonly maxTurns: number | undefined;
};

function cliEnv(cli: CliName, url: string, { key, retries, mcp, ask, subscription, maxTurns }: Filled): OwnEnv {
  switch (cli) {
    case 'claude':
      return {
        own: {
          ANTHROPIC_BASE_URL: url,
          [subscription ? 'CLAUDE_CODE_OAUTH_TOKEN' : 'ANTHROPIC_API_KEY']: key,
          CLAUDE_CODE_MAX_RETRIES: `${retries}`,
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          DISABLE_AUTOUPDATER: '1',
          DISABLE_TELEMETRY: '1',
          DISABLE_ERROR_REPORTING: '1',
        },
        files: {},
      };
    case 'codex':
      return { own: { STUB_KEY: key }, files: { '.codex/config.toml': codexConfig(url, retries) } };
    case 'gemini': {
      const settings = {
        security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
        general: {
          enableAutoUpdate: false,
          enableAutoUpdateNotification: false,
          maxAttempts: retries + 1,
          retryFetchErrors: false,
        },
        ...(maxTurns === undefined ? {} : { model: { maxSessionTurns: maxTurns } }),
        ...(mcp ? { mcpServers: { orch: { ...mcp, trust: true } } } : {}),
      };
      return {
        own: { GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: key, GEMINI_MODEL: 'gemini-2.5-pro' },
        files: { '.gemini/settings.json': json(settings) },
      };
    }
    case 'opencode': {
      const cost = { input: 1, output: 10, cache_read: 0.1, cache_write: 1.25 };
      const config = {
        model: 'stub/stub-model',
        autoupdate: false,
        share: 'disabled',
        provider: {
          stub: {
            npm: '@ai-sdk/openai-compatible',
            name: 'Stub',
            options: { baseURL: `${url}/v1`, apiKey: key },
            models: { 'stub-model': { name: 'Stub', cost, limit: { context: 100_000, output: 8_000 } } },
          },
        },
        ...(ask ? { permission: { edit: 'ask', bash: 'ask' } } : {}),
        ...(mcp ? { mcp: { orch: { type: 'local', command: [mcp.command, ...mcp.args], enabled: true } } } : {}),
      };
      return {
        own: {
          OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
          OPENCODE_DISABLE_AUTOUPDATE: '1',
          OPENCODE_DISABLE_MODELS_FETCH: '1',
          OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
        },
        files: {},
      };
    }
    case 'copilot':
      return {
        own: {
          COPILOT_OFFLINE: 'true',
          COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
          COPILOT_PROVIDER_API_KEY: key,
          COPILOT_MODEL: 'stub-model',
        },
        files: {},
      };
    case 'qwen': {
      const settings = {
        security: { auth: { selectedType: 'openai' } },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
        general: { disableAutoUpdate: true },
        model: { name: 'stub-model', generationConfig: { maxRetries: retries } },
      };
      return {
        own: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key, OPENAI_MODEL: 'stub-model' },
        files: { '.qwen/settings.json': json(settings) },
      };
    }
  }
}

function codexConfig(url: string, retries: number): string {
  return `model = "stub-model"
model_provider = "stub"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.stub]
name = "Stub"
base_url = "${url}/v1"
env_key = "STUB_KEY"
wire_api = "responses"
request_max_retries = ${retries}
stream_max_retries = ${retries}
`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

export interface Ask {
  readonly prompt: string;
  /** Everything is allowed, or nothing that has to be asked for. */
  readonly allow: boolean;
  /** The id of a session to go on with. */
  readonly resume?: string;
  readonly mcp?: McpCommand;
  /** Absolute path: where copilot leaves its usage. */
  readonly report?: string;
  readonly more?: readonly string[];
}

/** How each CLI is started without its face, apart from what the extension does. */
export function argvOf(cli: CliName, { prompt, allow, resume, mcp, report, more = [] }: Ask): [string, ...string[]] {
  const servers = mcp && JSON.stringify({ mcpServers: { orch: mcp } });
  const when = (condition: unknown, ...args: string[]): string[] => (condition ? args : []);
  switch (cli) {
    case 'claude':
      return [
        ...(['claude', '-p', prompt, '--output-format', 'stream-json', '--verbose'] as const),
        ...when(resume, '--resume', resume ?? ''),
        ...when(allow, '--permission-mode', 'acceptEdits'),
        ...when(servers, '--mcp-config', servers ?? '', '--strict-mcp-config'),
        ...when(allow, '--allowedTools', 'Bash', ...when(mcp, 'mcp__orch__report_progress')),
        ...more,
      ];
    case 'codex': {
      const orch = 'mcp_servers.orch';
      const flags = mcp
        ? [
            `${orch}.command=${JSON.stringify(mcp.command)}`,
            `${orch}.args=${JSON.stringify(mcp.args)}`,
            `${orch}.default_tools_approval_mode="approve"`,
          ].flatMap((setting) => ['-c', setting])
        : [];
      const sandbox = allow ? 'workspace-write' : 'read-only';
      const again = when(resume, 'resume', resume ?? '');
      return ['codex', 'exec', '--json', '-s', sandbox, ...flags, ...more, ...again, prompt];
    }
    case 'gemini':
      return [
        ...(['gemini', '-p', prompt, '-o', 'stream-json'] as const),
        ...when(allow, '--approval-mode', 'yolo'),
        ...when(resume, '--resume', resume ?? ''),
        ...more,
      ];
    case 'opencode':
      return [
        ...(['opencode', 'run', '--format', 'json'] as const),
        ...when(allow, '--auto'),
        ...when(resume, '--session', resume ?? ''),
        ...more,
        prompt,
      ];
    case 'copilot':
      return [
        ...(['copilot', '-p', prompt, '--no-ask-user', '--no-auto-update', '--output-format', 'json'] as const),
        ...when(allow, '--allow-all-tools'),
        ...when(resume, `--resume=${resume ?? ''}`),
        ...when(servers, '--additional-mcp-config', servers ?? ''),
        ...when(report, '--usage-output-file', report ?? ''),
        ...more,
      ];
    case 'qwen':
      return [
        ...(['qwen', '--auth-type', 'openai', '-m', 'stub-model', '-o', 'stream-json'] as const),
        ...when(allow, '--approval-mode', 'yolo'),
        ...when(resume, '--resume', resume ?? ''),
        ...when(servers, '--mcp-config', servers ?? ''),
        ...more,
        prompt,
      ];
  }
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Sent when this file is there: to the CLI's process alone, or to its group. */
  readonly interrupt?: { readonly whenThere: string; readonly signal: NodeJS.Signals; readonly group?: boolean };
  /** Milliseconds, after which it is killed. */
  readonly timeout?: number;
}

/** Runs a CLI to its end, and leaves no process of it behind. */
export async function runCli(cli: CliName, argv: readonly string[], options: RunOptions): Promise<Ended> {
  const { cwd, interrupt, timeout = 120_000 } = options;
  const marker = `ORCA_LAB_RUN=${process.pid}-${Math.random()}`;
  const [name = '', value = ''] = marker.split('=');
  const program = installedCli(cli)?.program;
  if (program === undefined) throw new Error(`${cli} is not installed: node test/agents/install.mjs ${cli}`);
  const env = { ...options.env, [name]: value };
  const child = spawn(program, argv.slice(1), { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));

  const over = new AbortController();
  const ended = new Promise<Pick<Ended, 'exitCode' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    // Its tools may hold the pipes open beyond its own end, so this is not `close`.
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  const deadline = setTimeout(() => child.kill('SIGKILL'), timeout);
  if (interrupt && child.pid !== undefined) {
    const target = interrupt.group === true ? -child.pid : child.pid;
    void whenThere(interrupt.whenThere, over.signal).then((there) => there && process.kill(target, interrupt.signal));
  }
  try {
    const how = await ended;
    await wait(100);
    return { ...how, stdout, stderr };
  } finally {
    over.abort();
    clearTimeout(deadline);
    killMarked(marker);
  }
}

async function whenThere(path: string, over: AbortSignal): Promise<boolean> {
  while (!over.aborted && !existsSync(path)) await wait(50);
  // The tool has begun; the CLI is given the time to have said so.
  await wait(500);
  return !over.aborted;
}

/** Tools outlive most CLIs, in process groups of their own: they are known by a variable they have inherited. */
function killMarked(marker: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(marker)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Gone meanwhile, or somebody else's.
    }
  }
}
