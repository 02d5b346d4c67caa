import type { RawFinding } from '../gate/read/report.ts';
import type { ArtefactFile } from './artefact-file.ts';
import { fault } from './artefact-file.ts';
import { checkFiles } from './check-files.ts';
import { checkForm } from './check-form.ts';
import { checkRequirements } from './check-requirements.ts';
import { checkPrompts, checkRoles } from './check-roles.ts';
import { checkFields, checkFinished, checkKept, checkReading, checkTraceability, readRemoved } from './check-tasks.ts';
import { artefactPath, stepOf, type Artefact, type StepId } from './steps.ts';
import { readTaskText } from './task-text.ts';

/** Where artefacts are judged. */
export interface ArtefactSite {
  /** What stands in an artefact; undefined: it is not there. */
  text(name: Artefact): string | undefined;
  /** Files of the repository before planning, the artefacts aside. */
  readonly paths: ReadonlySet<string>;
  /** Where artefacts stand, relative to the repository; empty: its root. */
  readonly folder: string;
  /** What a plan may name. */
  readonly gates: readonly string[];
  /** Absent: any. */
  readonly agents?: readonly string[];
  /** Tasks that are done already: they stay in plan.md, and are not judged anew. */
  readonly finished?: readonly string[];
}

export interface ArtefactCheck {
  /** `plan.md: files`. */
  readonly label: string;
  /** Empty: it is as it is to be. */
  readonly findings: readonly RawFinding[];
}

/** Judges what a step wrote. Never throws, whatever the texts. */
export function checkStep(step: StepId, site: ArtefactSite): ArtefactCheck[] {
  return stepOf(step).writes.flatMap((name) => checkArtefact(name, site));
}

function checkArtefact(name: Artefact, site: ArtefactSite): ArtefactCheck[] {
  const file = fileOf(name, site);
  const label = `${name}: form`;
  if (file === undefined) {
    const path = artefactPath(site.folder, name);
    return [{ label, findings: [fault({ path }, 'artefact/missing', 1, `\`${path}\` is not there: write it.`)] }];
  }
  const { findings, readable } = checkForm(file);
  return [{ label, findings }, ...(readable ? checkMeaning(file, site) : [])];
}

function checkMeaning(file: ArtefactFile, site: ArtefactSite): ArtefactCheck[] {
  const { name } = file;
  switch (name) {
    case 'requirements.md':
      return [{ label: `${name}: numbered and testable`, findings: checkRequirements(file) }];
    case 'agent_definitions.md':
      return [{ label: `${name}: roles`, findings: checkRoles(file) }];
    case 'agent_prompts.md': {
      const definitions = fileOf('agent_definitions.md', site);
      const others = definitions === undefined ? [] : checkPrompts(file, definitions);
      return [{ label: `${name}: roles`, findings: [...checkRoles(file), ...others] }];
    }
    case 'tasks.md':
    case 'task_review.md':
    case 'plan.md':
      return checkTasks(file, site);
    default:
      return [];
  }
}

function checkTasks(file: ArtefactFile, site: ArtefactSite): ArtefactCheck[] {
  const { name } = file;
  const text = readTaskText(file, { gates: site.gates, ...(site.agents !== undefined && { agents: site.agents }) });
  const reading = checkReading(text);
  const { plan } = text;
  const read = { label: `${name}: reads as tasks`, findings: reading };
  if (plan.tasks.length === 0 || plan.dialect === 'preview') return [read];

  const finished = new Set(site.finished?.map((id) => id.toLowerCase()));
  const open = plan.tasks.filter(({ id, done }) => !done && !finished.has(id.toLowerCase()));
  const checks = [
    read,
    { label: `${name}: tasks are whole`, findings: checkFields(text, open, name === 'plan.md') },
    { label: `${name}: requirements`, findings: checkTraceability(text, open, fileOf('requirements.md', site)) },
  ];
  if (name === 'task_review.md') {
    const { ids, findings } = readRemoved(text);
    checks.push({ label: `${name}: tasks before it`, findings: [...findings, ...keptFrom('tasks.md', ids)] });
  }
  if (name === 'plan.md') {
    const findings = [...keptFrom('task_review.md'), ...checkFinished(text, site.finished ?? [])];
    checks.push({ label: `${name}: tasks before it`, findings });
    checks.push({ label: `${name}: files`, findings: checkFiles(text, open, site.paths) });
  }
  return checks;

  function keptFrom(earlier: Artefact, removed?: ReadonlySet<string>): RawFinding[] {
    const before = fileOf(earlier, site);
    return before === undefined ? [] : checkKept(text, readTaskText(before), removed);
  }
}

function fileOf(name: Artefact, site: ArtefactSite): ArtefactFile | undefined {
  const text = site.text(name);
  return text === undefined ? undefined : { name, path: artefactPath(site.folder, name), text };
}
