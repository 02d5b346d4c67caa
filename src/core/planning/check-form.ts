import type { RawFinding } from '../gate/read/report.ts';
import { LineMap } from '../plan/diagnostic.ts';
import { readDocument } from '../plan/text/document.ts';
import { readFrontEntries } from '../plan/text/front-entries.ts';
import { fault, type ArtefactFile } from './artefact-file.ts';
import { FORMS } from './forms.ts';
import { readContent } from './placeholder.ts';
import { sectionsOf, type MarkdownSection } from './sections.ts';

/** `readable`: it is worth to look at what it says. */
export interface FormCheck {
  readonly findings: readonly RawFinding[];
  readonly readable: boolean;
}

const LONGEST = 500_000;
/** How an agent speaks to who reads its answer, not to who reads its document. */
const FAREWELL =
  /^(?:let me know|would you like|do you want me|shall i|should i|i hope|hope this|is there anything|i(?:'ve|’ve| have) (?:now )?(?:added|completed|created|finished|saved|written)|this (?:document|file|plan) (?:has been|is now) (?:created|saved|written))\b/i;

/** Whether the file is the document itself, with each of its sections once and filled. */
export function checkForm(file: ArtefactFile): FormCheck {
  const { name, text } = file;
  if (text.trim() === '')
    return { findings: [fault(file, 'artefact/missing', 1, `\`${name}\` is empty: write it.`)], readable: false };
  if (text.length > LONGEST) {
    const message = `\`${name}\` has ${text.length} characters; more than ${LONGEST} nobody reads: shorten it.`;
    return { findings: [fault(file, 'artefact/too-large', 1, message)], readable: false };
  }
  const { findings: around, readable } = checkAround(file);
  if (!readable) return { findings: around, readable };
  const sections = sectionsOf(bodyOf(file).body);
  return { findings: [...around, ...checkTitle(file, sections), ...checkSections(file, sections)], readable };
}

/** The text with its front matter blanked, where it may have some. Lines keep their numbers. */
function bodyOf({ name, text }: ArtefactFile): { readonly body: string; readonly isBroken: boolean } {
  if (name !== 'plan.md') return { body: text, isBroken: false };
  const map = new LineMap(text);
  let isBroken = false;
  const { bodyLine } = readFrontEntries(
    text,
    map,
    0,
    map.lineCount,
    ({ code }) => (isBroken ||= code === 'invalid-front-matter'),
  );
  return { body: '\n'.repeat(bodyLine) + text.slice(map.lineStart(bodyLine)), isBroken };
}

function checkAround(file: ArtefactFile): FormCheck {
  const { body, isBroken } = bodyOf(file);
  // Reading the plan tells of it.
  if (isBroken) return { findings: [], readable: true };
  const lines = body.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const at = lines.findIndex((line) => line.trim() !== '');
  const first = lines[at] ?? '';
  const begin = `begin the file with its line \`# ${FORMS[file.name].title}\``;
  if (/^ {0,3}(?:`{3}|~~~)/.test(first)) {
    const message = `The document stands in a code fence: take the fence away, and ${begin}.`;
    return { findings: [fault(file, 'artefact/prose-around', at + 1, message)], readable: false };
  }
  const findings: RawFinding[] = [];
  if (!/^ {0,3}#[ \t]+\S/.test(first)) {
    const message = `\`${first.trim().slice(0, 80)}\` stands before the document: ${begin}, with nothing before it.`;
    findings.push(fault(file, 'artefact/prose-around', at + 1, message));
  }
  const document = readDocument(body, new LineMap(body), 0);
  const last = document.blocks.at(-1);
  if (last?.kind === 'paragraph' && FAREWELL.test(document.line(last.lines.from).trim())) {
    const message = 'Words to the reader of the answer stand behind the document: take them away.';
    findings.push(fault(file, 'artefact/prose-around', last.lines.from + 1, message));
  }
  return { findings, readable: true };
}

function checkTitle(file: ArtefactFile, sections: readonly MarkdownSection[]): RawFinding[] {
  const [first, second] = sections.filter(({ level }) => level === 1);
  const findings: RawFinding[] = [];
  if (first?.title.includes('<project>') === true) {
    const message = 'The title holds a placeholder: write the name of the project in the place of `<project>`.';
    findings.push(fault(file, 'artefact/placeholder', first.line, message));
  }
  if (second !== undefined) {
    const message = `\`# ${second.title}\` is a second title: a file is one document, whose parts have headings of lower levels.`;
    findings.push(fault(file, 'artefact/title', second.line, message));
  }
  return findings;
}

function checkSections(file: ArtefactFile, sections: readonly MarkdownSection[]): RawFinding[] {
  return FORMS[file.name].sections.flatMap(({ title, about }) => {
    const found = sections.filter((one) => one.level === 2 && one.title.toLowerCase() === title.toLowerCase());
    const [first, second] = found;
    if (first === undefined)
      return [fault(file, 'artefact/section', 1, `There is no section \`## ${title}\`: ${about}.`)];
    const again = second === undefined ? [] : [twice(file, first, second)];
    return [...again, ...checkContent(file, first, about)];
  });
}

export function twice(file: ArtefactFile, first: MarkdownSection, second: MarkdownSection): RawFinding {
  const message = `The section \`## ${second.title}\` stands here for a second time: join the two.`;
  const related = [{ message: 'It is here first.', path: file.path, line: first.line }];
  return fault(file, 'artefact/section', second.line, message, related);
}

/** Whether a section says something. */
export function checkContent(file: ArtefactFile, section: MarkdownSection, about: string): RawFinding[] {
  const content = readContent(section.content);
  if (content.kind === 'text') return [];
  const { title, line } = section;
  if (content.kind === 'empty')
    return [fault(file, 'artefact/section', line, `The section \`## ${title}\` is empty: ${about}.`)];
  const message = `The section \`## ${title}\` holds a placeholder: ${about}.`;
  return [fault(file, 'artefact/placeholder', line + 1 + content.line, message)];
}
