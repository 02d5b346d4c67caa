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
 * spellings (symbolic links, those of a container).
 */
export function placeIn(index: FileIndex, root: string, path: string): string | undefined {
  const wanted = normalised(path);
  const inRoot = below(normalised(root), wanted);
  if (inRoot !== undefined) return index.files.has(inRoot) ? inRoot : undefined;
  if (index.files.has(wanted)) return wanted;
  if (FOREIGN.test(`/${wanted}`)) return undefined;
  // Of a path that goes up, from a folder that is not told, what is behind the way up counts.
  const parts = wanted.split('/').filter((part) => part !== '' && part !== '..');
  const named = index.byName.get(parts.at(-1) ?? '') ?? [];
  const isAbsolute = /^(?:\/|[a-z]:)/.test(wanted);
  for (let from = 0; from < parts.length; from++) {
    const end = parts.slice(from).join('/');
    // It begins in a folder of the repository; a Go module may be in one, too.
    if ((from === 0 && !isAbsolute) || (GO_MODULE.test(wanted) && from < parts.length - 1)) {
      const [only, ...others] = named.filter((file) => file === end || file.endsWith(`/${end}`));
      if (only !== undefined) return others.length === 0 ? only : undefined;
    }
    if (index.files.has(end)) return end;
  }
  return undefined;
}

const GO_MODULE = /^[^/]+\.[^/]+\/.*\.go$/;

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

/** `/` as separator, no `.` or `..` within; one spelling of a drive, and of the folders that macOS has links to. */
function normalised(path: string): string {
  const plain = (/^file:/i.test(path) ? pathOfUri(path) : path).replaceAll('\\', '/');
  const parts: string[] = [];
  for (const part of plain.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return `${plain.startsWith('/') ? '/' : ''}${parts.join('/')}`
    .replace(/^[A-Z]:/, (drive) => drive.toLowerCase())
    .replace(/^\/private(?=\/(?:tmp|var|etc)\/)/, '');
}

function below(root: string, path: string): string | undefined {
  const folder = root.endsWith('/') ? root : `${root}/`;
  return path.startsWith(folder) ? path.slice(folder.length) : undefined;
}
