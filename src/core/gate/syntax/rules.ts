import type { Severity } from '../../plan/diagnostic.ts';
import type { RawFinding } from '../read/report.ts';
import { evaluation } from './evaluation.ts';
import { weakPasswordHash } from './password-hash.ts';
import { shellInjection } from './shell.ts';
import { sourceOf, type Source } from './source.ts';
import { sqlInjection } from './sql.ts';
import { uncheckedTls } from './tls.ts';
import { descendants, type Language, type SyntaxNode, type SyntaxTree } from './tree.ts';

export interface SecurityRule {
  /** Stable: baselines and settings name it. */
  readonly id: string;
  /** Number in the Common Weakness Enumeration. */
  readonly cwe: number;
  readonly severity: Severity;
  /** What is wrong, and the way out. */
  readonly message: string;
  /** The place where the node breaks the rule. */
  find(node: SyntaxNode, source: Source): SyntaxNode | undefined;
}

export const SECURITY_RULES: readonly SecurityRule[] = [
  {
    id: 'orca/sql-injection',
    cwe: 89,
    severity: 'error',
    message:
      'This SQL is put together from values that are not constant. Give them as parameters; take the names of tables and columns from a fixed list.',
    find: sqlInjection,
  },
  {
    id: 'orca/shell-injection',
    cwe: 78,
    severity: 'error',
    message:
      'This command line for a shell is put together from values that are not constant. Start the program without a shell, with a list of arguments.',
    find: shellInjection,
  },
  {
    id: 'orca/eval',
    cwe: 95,
    severity: 'error',
    message:
      'This runs a text as a program, and the text is not constant. Parse it as data, or choose among functions by name.',
    find: evaluation,
  },
  {
    id: 'orca/unchecked-tls',
    cwe: 295,
    severity: 'error',
    message:
      'This accepts any certificate, so anybody in between can read and change what is sent. Leave the check on, and name the certificate authority that you trust.',
    find: uncheckedTls,
  },
  {
    id: 'orca/weak-password-hash',
    cwe: 916,
    severity: 'error',
    message:
      'MD5 and SHA-1 are so quick that a password or a secret can be guessed from its hash. Use a function made for passwords: scrypt, bcrypt or Argon2.',
    find: weakPasswordHash,
  },
];

const JUDGED: ReadonlySet<Language> = new Set(['typescript', 'tsx', 'javascript', 'python', 'go']);

/** Whether the security rules know the language; where not, no finding says nothing. */
export function hasSecurityRules(language: Language): boolean {
  return JUDGED.has(language);
}

/** What breaks a rule in a file, in the text's order, a line once a rule. `path` is the caller's. */
export function securityFindings(tree: SyntaxTree, language: Language): RawFinding[] {
  if (!JUDGED.has(language)) return [];
  const source = sourceOf(tree, language);
  const found = new Map<string, RawFinding>();
  for (const node of descendants(tree.root)) {
    if (!node.named) continue;
    for (const rule of SECURITY_RULES) {
      const place = rule.find(node, source);
      if (place !== undefined) found.set(`${rule.id}@${place.line}`, findingOf(rule, place));
    }
  }
  return [...found.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function findingOf({ id, cwe, severity, message }: SecurityRule, place: SyntaxNode): RawFinding {
  const { line, column, endLine, endColumn } = place;
  const helpUri = `https://cwe.mitre.org/data/definitions/${cwe}.html`;
  return { rule: id, severity, message: `${message} (CWE-${cwe})`, line, column, endLine, endColumn, helpUri };
}
