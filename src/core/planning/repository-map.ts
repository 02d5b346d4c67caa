import { redact } from '../agent/redact.ts';
import { MANIFESTS } from '../gate/detect.ts';
import { isRecord } from '../gate/config-values.ts';
import { isTestFile } from '../gate/test-files.ts';
import { brief, count, list, markdownBlock, markdownCode, withoutEscapes } from '../view/print.ts';
import { boundedTree } from './bounded-tree.ts';
import { declarations, mayDeclare } from './declarations.ts';
import type { RepositoryFile } from './languages.ts';

/** The map is never longer, in characters, whatever the repository. */
export const LONGEST_MAP = 20_000;

const LONGEST = { tree: 7000, readme: 1500, manifest: 1500, manifests: 4500, declarations: 300 } as const;
const MOST = { manifests: 15, entries: 15, read: 400, readBytes: 200_000, names: 12 } as const;

const README = /^readme(\.(md|markdown|rst|txt))?$/i;
const MANIFEST =
  /^(package\.json|pyproject\.toml|requirements(-dev)?\.txt|setup\.py|go\.mod|Cargo\.toml|pom\.xml|build\.gradle(\.kts)?|composer\.json|Gemfile|mix\.exs|pubspec\.yaml|CMakeLists\.txt|Makefile|Dockerfile|(docker-)?compose\.ya?ml|[^/]+\.csproj)$/;
const ENTRY = /^(main|index|app|server|cli|__main__|manage|program|extension)\.[a-z]+$/i;

/** Of whose text the map says something, in this order of importance. Nothing that may hold secrets is among them. */
export function tellingFiles(files: readonly RepositoryFile[]): string[] {
  const small = files.filter(({ bytes }) => bytes <= MOST.readBytes).map(({ path }) => path);
  const atRoot = small.filter((path) => README.test(path) || MANIFESTS.some((name) => name === path));
  return [
    ...atRoot.sort(),
    ...spread(small.filter((path) => mayDeclare(path) && !isTestFile(path))).slice(0, MOST.read),
  ];
}

/**
 * What a repository holds, for an agent that has not seen it: its files as a tree, what its manifests and its README
 * say, where it begins, and what its code declares. `texts`: of `tellingFiles`, by path; one that is missing is passed
 * over. At most `LONGEST_MAP` characters; the same repository has the same map.
 */
export function repositoryMap(files: readonly RepositoryFile[], texts: ReadonlyMap<string, string>): string {
  const paths = files.map(({ path }) => path).sort();
  if (paths.length === 0) return '# Repository map\n\nNo file is tracked yet.\n';
  const folders = new Set(paths.map(folderOf));
  const sections = [
    `# Repository map\n\n${count(paths.length, 'tracked file')} in ${count(folders.size, 'folder')}. A number in brackets is that of the files in a folder and below it.`,
    section('Folders and files', markdownBlock(boundedTree(paths, LONGEST.tree))),
    ...readme(paths, texts),
    ...manifests(paths, texts),
    ...entryPoints(paths),
  ];
  const text = sections.join('\n\n');
  const declared = declaredIn(texts, LONGEST_MAP - text.length - 100);
  return `${[text, ...(declared.length === 0 ? [] : [section('Declarations', declared)])].join('\n\n')}\n`;
}

/** Files of every folder before the second one of any: the first by name, the shallow folders before the deep ones. */
function spread(paths: readonly string[]): string[] {
  const seen = new Map<string, number>();
  const ranked = [...paths].sort().map((path) => {
    const folder = folderOf(path);
    const rank = seen.get(folder) ?? 0;
    seen.set(folder, rank + 1);
    return { path, rank, depth: path.split('/').length };
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.depth - b.depth).map(({ path }) => path);
}

function readme(paths: readonly string[], texts: ReadonlyMap<string, string>): string[] {
  const path = paths.find((one) => README.test(one));
  const text = texts.get(path ?? '');
  if (path === undefined || text === undefined || text.trim() === '') return [];
  return [section(`First lines of ${markdownCode(path)}`, excerpt(text, LONGEST.readme))];
}

function manifests(paths: readonly string[], texts: ReadonlyMap<string, string>): string[] {
  const found = paths.filter((path) => MANIFEST.test(nameOf(path)));
  if (found.length === 0) return [];
  let left: number = LONGEST.manifests;
  const said = MANIFESTS.flatMap((path) => {
    const text = texts.get(path);
    if (text === undefined || text.trim() === '' || left < LONGEST.manifest) return [];
    const lines = excerpt(path === 'package.json' ? ofPackage(text) : text, LONGEST.manifest);
    left -= lines.join('\n').length;
    return [`Of ${markdownCode(path)}:`, '', ...lines, ''];
  });
  return [section('Manifests', [...bullets(found, MOST.manifests), '', ...said].join('\n').trimEnd().split('\n'))];
}

function entryPoints(paths: readonly string[]): string[] {
  const found = paths.filter((path) => ENTRY.test(nameOf(path)) && mayDeclare(path) && !isTestFile(path));
  const shallow = found.sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
  return found.length === 0 ? [] : [section('Entry points, by their names', bullets(shallow, MOST.entries))];
}

/** A line a file, by path, as many as there is room for; those that come first in `texts` before the others. */
function declaredIn(texts: ReadonlyMap<string, string>, most: number): string[] {
  const lines: [path: string, line: string][] = [];
  let left = most;
  for (const [path, text] of texts) {
    const names = declarations(path, text);
    if (names.length === 0) continue;
    const line = brief(`- ${markdownCode(path)}: ${list(names, MOST.names)}`, LONGEST.declarations);
    if (line.length + 1 > left) break;
    left -= line.length + 1;
    lines.push([path, line]);
  }
  return lines.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

/** What says how a package is built and of what, without the rest. */
function ofPackage(text: string): string {
  const kept = ['name', 'description', 'type', 'main', 'bin', 'engines', 'workspaces', 'scripts'];
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return text;
    const about = Object.fromEntries(kept.flatMap((key) => (key in value ? [[key, value[key]]] : [])));
    const names = ['dependencies', 'devDependencies'].flatMap((key) => {
      const of = value[key];
      return isRecord(of) ? [[key, Object.keys(of).join(', ')]] : [];
    });
    return JSON.stringify({ ...about, ...Object.fromEntries(names) }, undefined, 2);
  } catch {
    return text;
  }
}

/** The beginning of a text as a block of Markdown, without what looks like a secret. */
function excerpt(text: string, most: number): string[] {
  const clean = redact(text, []).replace(/\r\n?/g, '\n').trim();
  const lines = clean
    .slice(0, most)
    .split('\n')
    .map((line) => withoutEscapes(line).trimEnd());
  return markdownBlock(clean.length > most ? [...lines, '…'] : lines);
}

function bullets(paths: readonly string[], most: number): string[] {
  const shown = paths.slice(0, most).map((path) => `- ${markdownCode(brief(path, 100))}`);
  return paths.length > most ? [...shown, `- … ${count(paths.length - most, 'more')}`] : shown;
}

function section(title: string, lines: readonly string[]): string {
  return `## ${title}\n\n${lines.join('\n')}`;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
