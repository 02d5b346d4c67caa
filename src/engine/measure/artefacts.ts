import type { Check, Measure } from '../../core/gate/gate.ts';
import { notRun } from '../../core/gate/judge/measured.ts';
import { checkStep } from '../../core/planning/check.ts';
import { readQuestions, QUESTIONS_FILE } from '../../core/planning/questions.ts';
import { artefactPath, ARTEFACTS, isStep, type Artefact } from '../../core/planning/steps.ts';
import { count } from '../../core/view/print.ts';
import type { MeasureAnswer, MeasureRequest } from './request.ts';
import type { Work } from './work.ts';

/** What a step of planning wrote, held against what its artefacts are to be; or what it asks instead. */
export async function measureArtefacts(
  request: MeasureRequest,
  { folder, gates, agents, finished }: Extract<Measure, { kind: 'artefacts' }>,
  work: Work,
): Promise<MeasureAnswer> {
  const step = request.task;
  if (step === undefined || !isStep(step)) return notRun('artefacts', 'this is no step of planning');
  const path = artefactPath(folder, QUESTIONS_FILE);
  const asked = await work.now(path);
  if (asked !== undefined) {
    const read = readQuestions(asked);
    if ('questions' in read)
      return {
        // Nothing was judged: there is nothing yet.
        checks: [{ label: 'questions', verdict: 'not-run', note: count(read.questions.length, 'question') }],
        findings: [],
        questions: read.questions,
      };
    const findings = read.problems.map((problem) => ({
      rule: 'artefact/questions',
      severity: 'error' as const,
      path,
      ...problem,
    }));
    return { checks: [failed('questions', findings.length)], findings: await work.own(findings) };
  }
  const texts = new Map<Artefact, string>();
  for (const name of ARTEFACTS) {
    const text = await work.now(artefactPath(folder, name));
    if (text !== undefined) texts.set(name, text);
  }
  const own = new Set(ARTEFACTS.map((name) => artefactPath(folder, name)));
  const made = new Set(work.sinceBase.filter(({ status }) => status === 'added').map(({ path: file }) => file));
  const checks = checkStep(step, {
    text: (name) => texts.get(name),
    paths: new Set([...work.files].filter((file) => !own.has(file) && !made.has(file))),
    folder,
    gates,
    agents,
    finished,
  });
  return {
    checks: checks.map(({ label, findings }) => {
      const errors = findings.filter(({ severity }) => severity === 'error').length;
      return errors > 0 ? failed(label, errors) : { label, verdict: 'passed', note: 'as it is to be' };
    }),
    findings: await work.own(checks.flatMap(({ findings }) => findings)),
  };
}

function failed(label: string, findings: number): Check {
  return { label, verdict: 'failed', note: count(findings, 'finding') };
}
