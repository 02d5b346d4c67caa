const VERDICT = /^(?:passes|succeeds|exits (?:with )?(?:code )?0|exit code 0|is green)$/i;

/**
 * The command of a criterion: its text is only a code span, or a code span followed by "passes", "succeeds",
 * "exits 0", "exits with 0", "exit code 0" or "is green", with or without a full stop. Anything else is prose.
 */
export function commandOf(text: string): string | undefined {
  const ticks = /^`+/.exec(text)?.[0];
  if (ticks === undefined) return undefined;
  const end = text.indexOf(ticks, ticks.length);
  if (end === -1 || text[end + ticks.length] === '`') return undefined;
  const command = text.slice(ticks.length, end).trim();
  const rest = text.slice(end + ticks.length).trim();
  const verdict = rest.endsWith('.') ? rest.slice(0, -1) : rest;
  return command !== '' && (verdict === '' || VERDICT.test(verdict)) ? command : undefined;
}
