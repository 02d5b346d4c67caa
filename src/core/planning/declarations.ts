import { languageOf } from './languages.ts';

// By lines and not by a parser: a map of thousands of files is to cost nothing, and a name too few does no harm.

const NAME = String.raw`([\p{L}_$][\p{L}\p{N}_$]*)`;
const SCRIPT = new RegExp(
  `^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\\*?|class|interface|type|enum|const|let) ${NAME}`,
  'gmu',
);
const JVM = new RegExp(
  `^(?:(?:public|internal|abstract|final|sealed|static|data|partial|open) )*(?:class|interface|enum|record|object|struct|trait|fun) ${NAME}`,
  'gmu',
);

/** What begins a declaration at the top of a file, by language; the first group is its name. */
const TOP_LEVEL: Readonly<Record<string, RegExp>> = {
  TypeScript: SCRIPT,
  JavaScript: SCRIPT,
  Python: new RegExp(`^(?:class|def|async def) ${NAME}`, 'gmu'),
  Go: new RegExp(String.raw`^(?:func (?:\([^)\n]*\) )?|type )${NAME}`, 'gmu'),
  Rust: new RegExp(
    String.raw`^pub(?:\([^)\n]*\))? (?:async |unsafe |const )*(?:fn|struct|enum|trait|mod|type) ${NAME}`,
    'gmu',
  ),
  Java: JVM,
  Kotlin: JVM,
  'C#': JVM,
  Scala: JVM,
  Swift: JVM,
  Ruby: new RegExp(`^(?:class|module|def) ${NAME}`, 'gmu'),
  PHP: new RegExp(`^(?:(?:abstract|final) )*(?:class|interface|trait|enum|function) ${NAME}`, 'gmu'),
};

/** Whether declarations are looked for in a file of this name. */
export function mayDeclare(path: string): boolean {
  return TOP_LEVEL[languageOf(path) ?? ''] !== undefined;
}

/** Names that a source file declares at its top, in its order, each once; of scripts, those that it exports. */
export function declarations(path: string, text: string): string[] {
  const pattern = TOP_LEVEL[languageOf(path) ?? ''];
  if (pattern === undefined) return [];
  return [...new Set(Array.from(text.matchAll(pattern), (match) => match[1] ?? ''))];
}
