const WORDS =
  /^(?:todo|tbd|tba|tbc|fixme|xxx|placeholder|coming soon|to be (?:added|completed|decided|defined|determined|done|filled in|written)|lorem ipsum\b.*|\.{2,}|…|<[^<>]*>|\[[^\][]*\])[\s.:!…]*$/i;
const MARKS = /^[\s>*_`+#-]*(?:\d{1,9}[.)]\s+)?(?:\[[ xX]\]\s+)?[*_`]*|[\s*_`]+$/g;

/** Whether a line stands only for words that are still to come: `TODO`, `- TBD`, `...`. */
export function isPlaceholder(line: string): boolean {
  return line.length < 200 && WORDS.test(line.replace(MARKS, ''));
}

export type Content =
  | { readonly kind: 'text' }
  | { readonly kind: 'empty' }
  /** `line`: 0-based, of the first of its lines that says something. */
  | { readonly kind: 'placeholder'; readonly line: number };

/** What a section says. */
export function readContent(content: string): Content {
  const lines = content.split(/\r\n|\n|\r/);
  const said = lines.flatMap((line, index) => (isBare(line) ? [] : [index]));
  const [first] = said;
  if (first === undefined) return { kind: 'empty' };
  return said.every((index) => isPlaceholder(lines[index] ?? ''))
    ? { kind: 'placeholder', line: first }
    : { kind: 'text' };
}

/** A heading, a rule, a fence or a comment by itself says nothing; dots do, as a placeholder. */
function isBare(line: string): boolean {
  return /^\s*(?:#{1,6}(?:\s.*)?|```\S*|~~~\S*|[-=*_|\s:]*|<!--.*-->)\s*$/.test(line);
}
