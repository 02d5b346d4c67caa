import { isGenerated } from '../gate/test-files.ts';

/** A file that git tracks. */
export interface RepositoryFile {
  /** From the repository's root, `/` as separator. */
  readonly path: string;
  readonly bytes: number;
}

export interface LanguageShare {
  readonly language: string;
  readonly files: number;
  /** Of the bytes of all code, 0 to 1. */
  readonly share: number;
}

/** Names of languages by the ends of file names. What is data or prose is no language here. */
const LANGUAGES: Readonly<Record<string, string>> = {
  ts: 'TypeScript',
  tsx: 'TypeScript',
  mts: 'TypeScript',
  cts: 'TypeScript',
  js: 'JavaScript',
  jsx: 'JavaScript',
  mjs: 'JavaScript',
  cjs: 'JavaScript',
  vue: 'Vue',
  svelte: 'Svelte',
  py: 'Python',
  go: 'Go',
  rs: 'Rust',
  java: 'Java',
  kt: 'Kotlin',
  swift: 'Swift',
  scala: 'Scala',
  rb: 'Ruby',
  php: 'PHP',
  cs: 'C#',
  c: 'C',
  h: 'C',
  cc: 'C++',
  cpp: 'C++',
  hpp: 'C++',
  dart: 'Dart',
  ex: 'Elixir',
  exs: 'Elixir',
  lua: 'Lua',
  r: 'R',
  sh: 'Shell',
  sql: 'SQL',
  html: 'HTML',
  css: 'CSS',
  scss: 'CSS',
};

/** The language of a file by its name; undefined where it is no code that somebody wrote. */
export function languageOf(path: string): string | undefined {
  return isGenerated(path) ? undefined : LANGUAGES[/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''];
}

/** The languages of a repository's code, the largest share first, then by name. */
export function languageShares(files: readonly RepositoryFile[]): LanguageShare[] {
  const found = new Map<string, { files: number; bytes: number }>();
  let total = 0;
  for (const { path, bytes } of files) {
    const language = languageOf(path);
    if (language === undefined) continue;
    const entry = found.get(language) ?? { files: 0, bytes: 0 };
    found.set(language, { files: entry.files + 1, bytes: entry.bytes + bytes });
    total += bytes;
  }
  return [...found]
    .map(([language, { files: n, bytes }]) => ({ language, files: n, share: total === 0 ? 0 : bytes / total }))
    .sort((a, b) => b.share - a.share || (a.language < b.language ? -1 : 1));
}

/** Whether there is code to build on. A README, a licence and settings alone are a place to begin. */
export function hasCode(paths: readonly string[]): boolean {
  return paths.some((path) => languageOf(path) !== undefined);
}
