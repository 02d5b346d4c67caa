import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { redact } from '../../core/agent/redact.ts';
import { isTestFile } from '../../core/gate/test-files.ts';
import type { RawFinding } from '../../core/gate/read/report.ts';

const CWE = 'https://cwe.mitre.org/data/definitions/798.html';
const PRESET = '@secretlint/secretlint-rule-preset-recommend';

/** A name that says what it holds, given a text: `apiKey = "…"`, `password: '…'`. */
const NAMED =
  /\b[\w.$-]*(?:passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|private[_-]?key|client[_-]?secret)[\w$-]*["']?\s*(?::\s*\w+\s*)?(?::|=|:=|=>)\s*(["'`])((?:(?!\1).){8,200})\1/gi;
/** What stands there in place of a secret, or names where it is. */
const PLACEHOLDER =
  /example|sample|changeme|change-me|placeholder|dummy|your|todo|fixme|xxx|\*\*\*|\.\.\.|<[^>]*>|\$\{|\{\{|%[a-z]|process\.env|environ|test|fake|mock|redacted|password|secret|token$|_key$/i;

/**
 * Secrets in a file: what has the form of one (by secretlint's recommended rules, and by the forms that Orca keeps out of
 * its logs), and texts that are given to a name for a secret, tests aside. Messages hold no secret.
 */
export async function secretsIn(path: string, text: string): Promise<RawFinding[]> {
  const known = await byForm(path, text);
  const seen = new Set(known.map(({ line }) => line));
  const lines = text.split('\n');
  const add = (i: number, rule: string, message: string): void => {
    if (seen.has(i + 1)) return;
    seen.add(i + 1);
    known.push({ rule, severity: 'error', message, path, line: i + 1, helpUri: CWE });
  };
  lines.forEach((line, i) => {
    if (line.length > LONGEST) return;
    if (redact(line, []) !== line)
      add(i, 'orca/secret', 'This has the form of a secret. Take it out, and read it from the environment.');
    else if (!isTestFile(path) && namesSecret(line))
      add(i, 'orca/hard-coded-secret', 'A secret stands in the code. Read it from the environment.');
  });
  return known;
}

const LONGEST = 5000;

async function byForm(path: string, text: string): Promise<RawFinding[]> {
  const { messages } = await lintSource({
    source: { filePath: path, content: text, contentType: 'text', ext: /\.[^./]+$/.exec(path)?.[0] ?? '' },
    options: {
      config: { rules: [{ id: PRESET, rule: creator, options: {} }] },
      noPhysicFilePath: true,
      locale: 'en',
      maskSecrets: true,
    },
  });
  return messages.map((message) => {
    const { loc, messageId, docsUrl, ruleId } = message;
    return {
      rule: `secretlint/${ruleId.replace('@secretlint/secretlint-rule-', '')}`,
      severity: message.severity === 'info' ? ('information' as const) : message.severity,
      message: `A secret stands in the file (${messageId}). Take it out, and replace it where it is in use.`,
      path,
      line: loc.start.line,
      column: loc.start.column + 1,
      endLine: loc.end.line,
      endColumn: loc.end.column + 1,
      helpUri: docsUrl ?? CWE,
    };
  });
}

function namesSecret(line: string): boolean {
  return [...line.matchAll(NAMED)].some(([, , value = '']) => !PLACEHOLDER.test(value) && looksRandom(value));
}

/** No word or sentence: letters and digits, and bits enough (Shannon's entropy, a character). */
function looksRandom(value: string): boolean {
  if (/\s/.test(value) || !/\d/.test(value) || !/[a-z]/i.test(value)) return false;
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  const entropy = [...counts.values()].reduce((sum, n) => sum - (n / value.length) * Math.log2(n / value.length), 0);
  return entropy >= 2.8;
}
