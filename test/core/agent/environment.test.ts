import { describe, expect, it } from 'vitest';
import { allowedEnvironment } from '../../../src/core/agent/environment.ts';

/** The names that are let through. */
function names(env: readonly string[], patterns: readonly string[] = [], platform = 'linux'): string[] {
  const values = Object.fromEntries(env.map((name) => [name, `value of ${name}`]));
  const allowed = allowedEnvironment(values, patterns, platform);
  for (const [name, value] of Object.entries(allowed)) expect(value).toBe(`value of ${name}`);
  return Object.keys(allowed);
}

describe('without patterns', () => {
  it.each([
    [
      'what programs need',
      ['PATH', 'HOME', 'USER', 'SHELL', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TERM', 'COLORTERM', 'TMPDIR'],
    ],
    ['the desktop', ['XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK', 'DBUS_SESSION_BUS_ADDRESS']],
    ['proxies in both cases', ['HTTP_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'ALL_PROXY']],
    ['certificates', ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO']],
    ["git's person", ['GIT_AUTHOR_NAME', 'GIT_COMMITTER_EMAIL', 'GIT_CONFIG_GLOBAL']],
    ['where tools are', ['NVM_DIR', 'JAVA_HOME', 'GOPATH', 'CARGO_HOME', 'VIRTUAL_ENV']],
  ])('%s goes through', (_, env) => {
    expect(names(env)).toEqual(env);
  });

  it.each([
    [
      'keys',
      ['ANTHROPIC_API_KEY', 'NIX_CONFIG', 'OPENAI_API_KEY', 'AWS_SECRET_ACCESS_KEY', 'GITHUB_TOKEN', 'NPM_TOKEN'],
    ],
    ["git's credentials", ['GIT_ASKPASS', 'GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_VALUE_0', 'GIT_DIR']],
    ['what loads code', ['NODE_OPTIONS', 'LD_PRELOAD', 'BASH_ENV', 'PYTHONSTARTUP']],
    ["the editor's own", ['VSCODE_IPC_HOOK', 'ELECTRON_RUN_AS_NODE']],
    ['a name that only begins alike', ['PATHOLOGICAL', 'HOMER', 'LCX']],
    ["Windows' elsewhere", ['SystemRoot', 'APPDATA']],
    ['another case', ['Path', 'home']],
  ])('%s does not', (_, env) => {
    expect(names(env)).toEqual([]);
  });
});

describe('with patterns', () => {
  const env = ['PATH', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'AWSOME', 'DATABASE_URL', 'A*'];
  it.each<[readonly string[], string[]]>([
    [['DATABASE_URL'], ['PATH', 'DATABASE_URL']],
    [['AWS_*'], ['PATH', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY']],
    [['aws_*', 'database_url'], ['PATH']],
    [['*_URL'], ['PATH']],
    [['*'], env],
    [['A*'], ['PATH', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'AWSOME', 'A*']],
  ])('%j', (patterns, allowed) => {
    expect(names(env, patterns)).toEqual(allowed);
  });
});

describe('on Windows', () => {
  it('names are compared in any case, and kept as they are', () => {
    const env = ['Path', 'SYSTEMROOT', 'PathExt', 'ProgramFiles(x86)', 'AppData', 'userprofile', 'Lang', 'Aws_Region'];
    expect(names([...env, 'OPENAI_API_KEY'], ['AWS_*'], 'win32')).toEqual(env);
  });
});

it('what has no value is left out', () => {
  expect(allowedEnvironment({ PATH: undefined, HOME: '' }, ['*'], 'linux')).toEqual({ HOME: '' });
});
