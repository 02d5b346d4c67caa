import type { RawFinding } from '../gate/read/report.ts';
import { fault, type ArtefactFile } from './artefact-file.ts';
import { checkContent, twice } from './check-form.ts';
import { sectionsOf, type MarkdownSection } from './sections.ts';

/** Whether a file has a section for each role, each once and filled. */
export function checkRoles(file: ArtefactFile): RawFinding[] {
  const roles = rolesOf(file.text);
  if (roles.length === 0) {
    const message = 'There is no role: write a section `## <role>` for each.';
    return [fault(file, 'agents/none', 1, message)];
  }
  const first = new Map<string, MarkdownSection>();
  return roles.flatMap((role) => {
    const taken = first.get(keyOf(role));
    if (taken !== undefined) return [twice(file, taken, role)];
    first.set(keyOf(role), role);
    return checkContent(file, role, 'say what this role is to do');
  });
}

/** Whether each role has a prompt, and each prompt a role. */
export function checkPrompts(prompts: ArtefactFile, definitions: ArtefactFile): RawFinding[] {
  const defined = rolesOf(definitions.text);
  const prompted = rolesOf(prompts.text);
  if (defined.length === 0 || prompted.length === 0) return [];
  return [
    ...missingFrom(prompted, defined).map(({ title, line }) => {
      const related = [{ message: `\`${title}\` is defined here.`, path: definitions.path, line }];
      const message = `The role \`${title}\` has no prompt: add a section \`## ${title}\`.`;
      return fault(prompts, 'agents/missing-role', 1, message, related);
    }),
    ...missingFrom(defined, prompted).map(({ title, line }) => {
      const message = `\`## ${title}\` is no role of ${definitions.name}: define it there, or use a heading of the third level inside a prompt.`;
      return fault(prompts, 'agents/unknown-role', line, message);
    }),
  ];
}

function rolesOf(text: string): MarkdownSection[] {
  return sectionsOf(text).filter(({ level }) => level === 2);
}

function missingFrom(list: readonly MarkdownSection[], wanted: readonly MarkdownSection[]): MarkdownSection[] {
  const has = new Set(list.map(keyOf));
  return wanted.filter((section) => !has.has(keyOf(section)));
}

function keyOf({ title }: MarkdownSection): string {
  return title.toLowerCase();
}
