import { ACCEPTANCE, type Check, type GateReport } from '../gate/gate.ts';
import type { RunState } from '../run/state.ts';

/** A criterion of a task and what speaks for it. */
export interface CriterionStanding {
  readonly criterion: string;
  /** `not-shown`: nothing that was measured or seen says so. */
  readonly standing: 'met' | 'unmet' | 'not-shown';
  /** What was seen, each in a line: a command's end, a reviewer's words, what tests cover. */
  readonly evidence: readonly string[];
}

/**
 * Each criterion of a task with the evidence of its last attempt: its own command's exit code, or what a reviewer says of
 * it. Coverage of a file that it names is told along, and decides nothing: what tests run is not what they show.
 */
export function criteriaOf(state: RunState, id: string): CriterionStanding[] {
  const i = state.index.get(id) ?? -1;
  const reports = state.tasks[i]?.attempts.at(-1)?.gates ?? [];
  const commands = checksOf(reports, ({ gate }) => gate === ACCEPTANCE);
  const reviews = reports.filter(({ reviewer }) => reviewer !== undefined);
  return (state.spec.plan.tasks[i]?.acceptance ?? []).map(({ text, command }) => {
    const own = command === undefined ? undefined : commands.find(({ label }) => label === command);
    const said = reviews.flatMap((report) => {
      const check = report.checks.find(({ label }) => isSame(label, text));
      return check === undefined ? [] : [{ check, by: report.reviewer?.kind ?? 'a reviewer' }];
    });
    const seen = own === undefined ? said.map(({ check }) => check.verdict) : [own.verdict];
    return {
      criterion: text,
      standing: seen.includes('failed') ? 'unmet' : seen.includes('passed') ? 'met' : 'not-shown',
      evidence: [
        ...(own === undefined ? [] : [`\`${own.label}\`: ${own.note}${lastLine(own)}`]),
        ...said.map(({ check, by }) => `${by} says: ${check.note}`),
        ...coverageOf(reports, text),
      ],
    };
  });
}

function checksOf(reports: readonly GateReport[], of: (report: GateReport) => boolean): readonly Check[] {
  return reports.filter(of).flatMap(({ checks }) => checks);
}

function lastLine({ output }: Check): string {
  const line = output?.trimEnd().split('\n').at(-1) ?? '';
  return line === '' ? '' : ` (${line})`;
}

/** A reviewer copies a criterion, with or without its marks. */
function isSame(a: string, b: string): boolean {
  const plain = (text: string): string =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return plain(a) === plain(b);
}

/** Lines that no test runs, of a file that the criterion names. */
function coverageOf(reports: readonly GateReport[], criterion: string): string[] {
  return reports.flatMap(({ kind, findings, figures }) => {
    if (kind !== 'tdd' || figures === undefined) return [];
    const open = findings.filter(
      ({ rule, path }) => rule === 'not-covered' && path !== undefined && criterion.includes(path),
    );
    return open.map(({ path = '', line = 0, endLine = line }) => `no test runs ${path}:${line}–${endLine}`);
  });
}
