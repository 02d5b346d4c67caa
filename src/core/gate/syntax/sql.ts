import { callOf, words, type Call } from './call.ts';
import { withForwarders } from './forward.ts';
import { builtOf, type Source } from './source.ts';
import { field, parts, type SyntaxNode } from './tree.ts';

/** Where a statement that is built from values that are not constant is given to a database. */
export function sqlInjection(node: SyntaxNode, source: Source): SyntaxNode | undefined {
  const call = callOf(node);
  if (call === undefined) return undefined;
  const looksLike = sinkOf(call) ?? isStatement;
  return readByDatabase(call, source).find((statement) => {
    const { injected, text } = builtOf(statement, source);
    return injected && looksLike(text);
  });
}

const readByDatabase = withForwarders((call, source) => (sinkOf(call) === undefined ? [] : statementsOf(call, source)));

type LooksLike = (text: string) => boolean;

/** In capitals, or complete: a sentence may begin with "Select" or "Update", too. */
const STATEMENT =
  /^[\s(\0]*(EXPLAIN\s+)?(SELECT|INSERT|UPDATE|DELETE|REPLACE INTO|MERGE|WITH|DROP|ALTER|CREATE|TRUNCATE|CALL|EXEC|EXECUTE|GRANT|PRAGMA|COPY|ATTACH|SET)\s/;
const COMPLETE =
  /^[\s(\0]*(select\s[^]*\bfrom\b|insert\s+into\s|update\s[^]*\bset\b|delete\s+from\s|drop\s+(table|database|view)\b|alter\s+table\b|truncate\s+table\b|with\s[^]*\bas\s*\()/i;
const CLAUSE = /\b(WHERE|ORDER BY|GROUP BY|HAVING|FROM|VALUES|UNION)\b/;
const CONDITION = /[=<>]|\b(like|in|between|is)\b|\b(asc|desc)\b/i;

const isStatement: LooksLike = (text) => STATEMENT.test(text) || COMPLETE.test(text);
const isStatementOrClause: LooksLike = (text) => isStatement(text) || CLAUSE.test(text);
const isCondition: LooksLike = (text) => isStatementOrClause(text) || CONDITION.test(text);

/** Words in names of functions that run statements and hardly anything else; and in names that do other things, too. */
const RUNS_SQL = new Set([
  'query',
  'execute',
  'executemany',
  'executescript',
  'raw',
  'sql',
  'prepare',
  'unsafe',
  'mogrify',
]);
const MAY_RUN_SQL = new Set([
  ...[
    'exec',
    'run',
    'all',
    'get',
    'each',
    'iterate',
    'any',
    'one',
    'none',
    'many',
    'first',
    'fetch',
    'fetchrow',
    'fetchval',
  ],
  ...['text', 'literal', 'select', 'statement', 'scalar', 'scalars', 'extra', 'cursor', 'command', 'rows', 'stream'],
]);
const CONDITIONS = /^(and|or)?where$|^having$|^(where|having|orderBy|groupBy|join|from|select)Raw$|^(order|joins)$/i;
const ONLY_TELLS = new Set([
  'log',
  'debug',
  'print',
  'println',
  'printf',
  'format',
  'info',
  'warn',
  'error',
  'describe',
  'expect',
]);

/** How a text looks that this function takes for SQL; undefined for a function that runs none. */
function sinkOf({ name }: Call): LooksLike | undefined {
  if (CONDITIONS.test(name)) return isCondition;
  const said = words(name);
  if (said.some((word) => ONLY_TELLS.has(word))) return undefined;
  if (said.some((word) => RUNS_SQL.has(word))) return isStatementOrClause;
  return said.some((word) => MAY_RUN_SQL.has(word)) ? isStatement : undefined;
}

const STATEMENT_OPTIONS = /^['"]?(text|sql|query|statement|operation)['"]?$/;

function statementsOf(call: Call, { language }: Source): SyntaxNode[] {
  // In Go a context or a target may stand before the statement.
  if (language === 'go') return [...call.args];
  const [first] = call.args;
  const options = first?.type === 'object' ? parts(first) : [];
  const named = options.filter((pair) => STATEMENT_OPTIONS.test(field(pair, 'key')?.text ?? ''));
  const keywords = [...call.keywords].filter(([name]) => STATEMENT_OPTIONS.test(name)).map(([, value]) => value);
  const given = first === undefined || first.type === 'object' ? [] : [first];
  return [...given, ...named.flatMap((pair) => field(pair, 'value') ?? []), ...keywords];
}
