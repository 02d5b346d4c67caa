import type { RawFinding } from '../gate/read/report.ts';
import { fault, type ArtefactFile } from './artefact-file.ts';
import { isPlaceholder } from './placeholder.ts';
import { sectionsOf } from './sections.ts';
import { requirementOf, type Requirement } from './traceability.ts';

const LISTED = /^(?:non-)?functional requirements$/i;
const NUMBERED = /^N?FR[- ]?\d/i;

/** Whether requirements are numbered, each once, and can be tested. */
export function checkRequirements(file: ArtefactFile): RawFinding[] {
  const findings: RawFinding[] = [];
  const first = new Map<string, Requirement>();
  let inList = false;
  for (const section of sectionsOf(file.text)) {
    const { level, title, line } = section;
    if (level <= 2) inList = LISTED.test(title);
    const requirement = requirementOf(section);
    if (requirement === undefined) {
      // Deeper headings may part a requirement's own text.
      if (NUMBERED.test(title) || (inList && level === 3)) findings.push(misnamed(file, title, line));
      continue;
    }
    const { id, acceptance } = requirement;
    const taken = first.get(id);
    if (taken !== undefined) {
      const message = `${id} is taken by "${taken.title}": give this requirement a number of its own.`;
      const related = [{ message: `${id} is first used here.`, path: file.path, line: taken.line }];
      findings.push(fault(file, 'requirement/duplicate', line, message, related));
    } else first.set(id, requirement);
    if (acceptance.every(isPlaceholder)) {
      const message = `${id} cannot be tested: add a line \`Acceptance:\` and under it a list of criteria that a test can decide.`;
      findings.push(fault(file, 'requirement/acceptance', line, message));
    }
  }
  if (first.size === 0 && findings.length === 0) {
    const message = 'There is no requirement: write each as `### FR-1: title` or `### NFR-1: title`.';
    findings.push(fault(file, 'requirement/none', 1, message));
  }
  return findings;
}

function misnamed(file: ArtefactFile, title: string, line: number): RawFinding {
  const message = `\`${title}\` is no numbered requirement: write its heading as \`### FR-1: title\` or \`### NFR-1: title\`, with a number of its own.`;
  return fault(file, 'requirement/heading', line, message);
}
