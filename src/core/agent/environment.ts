export type Environment = Readonly<Record<string, string | undefined>>;

/** What programs need to run at all, to find the user's settings, and to reach a network; no service's keys. */
const EVERYWHERE = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'PWD',
  'LANG',
  'LANGUAGE',
  'LC_*',
  'TZ',
  'TERM',
  'TERMINFO',
  'TERMINFO_DIRS',
  'COLORTERM',
  'COLORFGBG',
  'NO_COLOR',
  'FORCE_COLOR',
  'CLICOLOR*',
  'TMPDIR',
  'TEMP',
  'TMP',
  'XDG_*',
  'HOSTNAME',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'DBUS_SESSION_BUS_ADDRESS',
  'SSH_AUTH_SOCK',
  'CI',
  // Networks that are reached through a proxy, or with a certificate authority of their own.
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'FTP_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'ftp_proxy',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_SYSTEM_CA',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  // Which person and which configuration git works with. Not GIT_ASKPASS, GIT_SSH or GIT_CONFIG_COUNT, KEY and VALUE:
  // those carry credentials, or lead to them.
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_AUTHOR_*',
  'GIT_COMMITTER_*',
  'GIT_EXEC_PATH',
  'GIT_TEMPLATE_DIR',
  // Where tools and their versions are, as version managers and package managers say it.
  'EDITOR',
  'PAGER',
  'NVM_*',
  'VOLTA_HOME',
  'FNM_*',
  'ASDF_*',
  'MISE_DATA_DIR',
  'MISE_CONFIG_DIR',
  'PYENV_*',
  'RBENV_*',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'CONDA_DEFAULT_ENV',
  'JAVA_HOME',
  'ANDROID_HOME',
  'ANDROID_SDK_ROOT',
  'GOPATH',
  'GOROOT',
  'GOBIN',
  'GOFLAGS',
  'GOPROXY',
  'CARGO_HOME',
  'RUSTUP_HOME',
  'RUSTUP_TOOLCHAIN',
  'DOTNET_ROOT',
  'BUN_INSTALL',
  'DENO_DIR',
  'PNPM_HOME',
  'COREPACK_HOME',
  'HOMEBREW_PREFIX',
  'HOMEBREW_CELLAR',
  'HOMEBREW_REPOSITORY',
  'NIX_PATH',
  'NIX_PROFILES',
  'NIX_SSL_CERT_FILE',
  'LOCALE_ARCHIVE',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'PKG_CONFIG_PATH',
  'MANPATH',
];

const MACOS = ['__CF_USER_TEXT_ENCODING', 'DEVELOPER_DIR', 'SDKROOT'];

/** Without some of these, programs do not even start there. */
const WINDOWS = [
  'ALLUSERSPROFILE',
  'APPDATA',
  'CommonProgram*',
  'COMPUTERNAME',
  'ComSpec',
  'DriverData',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'NUMBER_OF_PROCESSORS',
  'OS',
  'PATHEXT',
  'PROCESSOR_*',
  'ProgramData',
  'ProgramFiles*',
  'ProgramW6432',
  'PSModulePath',
  'PUBLIC',
  'SESSIONNAME',
  'SystemDrive',
  'SystemRoot',
  'USERDOMAIN*',
  'USERNAME',
  'USERPROFILE',
  'windir',
  'MSYSTEM',
  'ChocolateyInstall',
];

/**
 * The part of an environment that an agent gets: what every program needs, and the variables that `patterns` name (`*`
 * at the end for any rest; `*` alone for everything). Names are compared as the platform does, and kept as they are.
 */
export function allowedEnvironment(
  env: Environment,
  patterns: readonly string[],
  platform: string,
): Record<string, string> {
  const own = platform === 'win32' ? WINDOWS : platform === 'darwin' ? MACOS : [];
  const fold = platform === 'win32' ? (name: string) => name.toUpperCase() : (name: string) => name;
  const all = [...EVERYWHERE, ...own, ...patterns].map(fold);
  const names = new Set(all.filter((pattern) => !pattern.endsWith('*')));
  const beginnings = all.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1));
  const isAllowed = (name: string): boolean =>
    names.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
  const allowed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && isAllowed(fold(name))) allowed[name] = value;
  return allowed;
}
