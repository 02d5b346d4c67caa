/** Files of a repository by their names, made once for many look-ups. */
export interface FileIndex {
  readonly files: ReadonlySet<string>;
  readonly byName: ReadonlyMap<string, readonly string[]>;
}

/** `files` are relative to the repository, with `/` as separator. */
export function fileIndex(files: Iterable<string>): FileIndex {
  const all = new Set(files);
  const byName = new Map<string, string[]>();
  for (const file of all) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [file]);
    else known.push(file);
  }
  return { files: all, byName };
}

/**
 * The file of the repository that a tool means by a path: absolute, relative to the repository or to some folder of it,
 * a `file:` URI, with backslashes, or behind the name of a Go module. Undefined: none, or more than one can be meant.
 *
 * Below `root` it is that file or none. Any other path is compared from its end, since the same folder has several
 * spellings (symbolic links, `/private/tmp`, the case of a drive's letter, a container's).
 */
export function placeIn(index: FileIndex, root: string, path: string): string | undefined {
  const wanted = normalised(path);
  const inRoot = below(normalised(root), wanted);
  if (inRoot !== undefined) return index.files.has(inRoot) ? inRoot : undefined;
  if (index.files.has(wanted)) return wanted;
  if (FOREIGN.test(`/${wanted}`)) return undefined;
  // Of a path that goes up, from a folder that is not told, what is behind the way up counts.
  const parts = wanted.split('/').filter((part) => part !== '' && part !== '..');
  const fitting = (index.byName.get(parts.at(-1) ?? '') ?? [])
    .map((file) => ({ file, common: commonEnd(parts, file.split('/')) }))
    .filter(({ file, common }) => fits(wanted, parts.length, file.split('/').length, common));
  const longest = Math.max(0, ...fitting.map(({ common }) => common));
  const [only, ...others] = fitting.filter(({ common }) => common === longest);
  return others.length === 0 ? only?.file : undefined;
}

/** A path, decoded where it is a URI: tools write plain paths as URIs, too. */
export function pathOfUri(uri: string): string {
  const [, host = '', rest] = /^file:\/\/([^/]*)(\/.*)$/i.exec(uri) ?? [];
  const path = decoded(rest ?? uri.replace(/^file:/i, ''));
  if (/^\/[A-Za-z]:/.test(path)) return path.slice(1);
  return host === '' || host === 'localhost' ? path : `//${host}${path}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Packages and runtimes are no files of the repository, whatever their names. */
const FOREIGN =
  /\/(?:node_modules|site-packages|dist-packages|\.cargo\/registry|go\/pkg\/mod|rustc)\/|^\/+usr\/(?:local\/)?(?:lib|include|share|go)\//;

/**
 * One of the two is the end of the other: the tool's path goes on to the left of the repository (it is absolute, or
 * behind a module's name), or it begins in a folder of the repository. A Go module may be in a folder of the repository,
 * and both at once are so.
 */
function fits(wanted: string, wantedLength: number, fileLength: number, common: number): boolean {
  const isAbsolute = /^(?:\/|[a-z]:)/i.test(wanted);
  if (common === fileLength) return true;
  if (common === wantedLength) return !isAbsolute;
  return common >= 2 && GO_MODULE.test(wanted);
}

const GO_MODULE = /^[^/]+\.[^/]+\/.*\.go$/;

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let common = 0;
  while (common < a.length && common < b.length && a[a.length - 1 - common] === b[b.length - 1 - common]) common++;
  return common;
}

/** `/` as separator, no `.` or `..` within. */
function normalised(path: string): string {
  const plain = (/^file:/i.test(path) ? pathOfUri(path) : path).replaceAll('\\', '/');
  const parts: string[] = [];
  for (const part of plain.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return (plain.startsWith('/') ? '/' : '') + parts.join('/');
}

function below(root: string, path: string): string | undefined {
  const folder = root.endsWith('/') ? root : `${root}/`;
  return path.startsWith(folder) ? path.slice(folder.length) : undefined;
}
