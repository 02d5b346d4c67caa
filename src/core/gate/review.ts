import { NOTHING_REPORTED, verdictOf, type AgentReport, type AgentVerdict } from '../agent/report.ts';
import { endText } from '../run/advance.ts';
import type { AttemptEnd } from '../run/event.ts';
import { unreachable } from '../unreachable.ts';
import { brief, count } from '../view/print.ts';
import type { Check, Finding, GateReport, GateSpec, Verdict } from './gate.ts';
import { reportOf } from './verdict.ts';

/** How a reviewing agent ended, and what it said. */
export interface ReviewOutcome {
  /** Kind of the agent. */
  readonly kind: string;
  readonly end: AttemptEnd;
  readonly lastWords?: string;
  readonly report?: AgentReport;
  readonly verdict?: AgentVerdict;
  /** The end of what it printed, of an agent whose output is not understood; else empty. */
  readonly output: string;
}

export interface Review {
  readonly verdict: 'approve' | 'reject';
  readonly findings: readonly Omit<Finding, 'gate'>[];
  readonly criteria: readonly Criterion[];
}

export interface Criterion {
  readonly criterion: string;
  readonly met: boolean | 'unknown';
  readonly evidence: string;
}

/**
 * The report of a review.
 *
 *     approved, no error found, no criterion unmet ─► passed
 *     rejected, an error found, a criterion unmet ─► failed
 *     no answer that can be read ─► not-run
 */
export function reviewReport(gate: GateSpec, outcome: ReviewOutcome, durationMs: number): GateReport {
  const { kind, report } = outcome;
  const label = `review by ${kind}`;
  const why = failureOf(outcome);
  const said = report?.said ?? outcome.output;
  const review = why === undefined ? readReview(said) : undefined;
  const reviewer = { kind, ...(report !== undefined && { report: withoutWords(report) }) };
  if (review === undefined) {
    const words = said.slice(-SHOWN).trim();
    const note = why ?? 'its answer has no review that can be read';
    const check: Check = { label, verdict: 'not-run', note, ...(words !== '' && { output: words }) };
    return { ...reportOf(gate, { checks: [check], findings: [] }, durationMs), reviewer };
  }
  const { findings, criteria } = review;
  const verdict = verdictOn(review);
  const checks: Check[] = [
    { label, verdict, note: [review.verdict === 'approve' ? 'approved' : 'rejected', ...counted(review)].join(', ') },
    ...criteria.map(({ criterion, met, evidence }) => ({ label: criterion, verdict: MET[`${met}`], note: evidence })),
  ];
  // What the reviewer could not find out is no reason that the review did not take place.
  const score = Math.round((100 * checks.filter((check) => check.verdict === 'passed').length) / checks.length);
  return {
    ...reportOf(gate, { checks, findings }, durationMs),
    verdict,
    score,
    reviewer,
  };
}

const SHOWN = 2000;
const MET = { true: 'passed', false: 'failed', unknown: 'not-run' } as const satisfies Record<string, Verdict>;

/** Why there is no answer to be read; undefined: the agent came to its end. */
function failureOf({ kind, end, lastWords, report, verdict: known }: ReviewOutcome): string | undefined {
  const verdict = known ?? verdictOf(end, report ?? NOTHING_REPORTED);
  switch (verdict.kind) {
    case 'done':
      return undefined;
    case 'unavailable':
      return `${kind} cannot be had: ${verdict.error.message}`;
    case 'unauthenticated':
      return `${kind} has no access: ${verdict.message}`;
    case 'failed':
      return verdict.message !== '' && end.kind === 'exited'
        ? `${kind} failed: ${verdict.message}`
        : `${kind}: ${endText(end, lastWords === undefined ? {} : { lastWords })}`;
    default:
      return unreachable(verdict);
  }
}

function verdictOn({ verdict, findings, criteria }: Review): 'passed' | 'failed' {
  const isSound =
    verdict === 'approve' &&
    findings.every(({ severity }) => severity !== 'error') &&
    criteria.every(({ met }) => met !== false);
  return isSound ? 'passed' : 'failed';
}

function counted({ findings, criteria }: Review): string[] {
  const of = (severity: Finding['severity']): number => findings.filter((one) => one.severity === severity).length;
  const unmet = criteria.filter(({ met }) => met === false).length;
  return [
    ...(of('error') > 0 ? [count(of('error'), 'error')] : []),
    ...(of('warning') > 0 ? [count(of('warning'), 'warning')] : []),
    ...(unmet > 0 ? [count(unmet, 'criterion not met', 'criteria not met')] : []),
  ];
}

function withoutWords({ said: _said, ...report }: AgentReport): AgentReport {
  return report;
}

/**
 * The last review in an agent's answer: an object as it was asked for, with whatever text and code fences around it.
 * Undefined: there is none. Never throws.
 */
export function readReview(text: string): Review | undefined {
  return objectsIn(text)
    .flatMap((object) => reviewOf(object) ?? [])
    .at(-1);
}

/** Without `findings` it may be a part of one whose beginning is lost. */
function reviewOf({ verdict, findings, criteria }: Fields): Review | undefined {
  if ((verdict !== 'approve' && verdict !== 'reject') || !Array.isArray(findings)) return undefined;
  return {
    verdict,
    findings: findings.slice(0, MOST).flatMap(readFinding),
    criteria: (Array.isArray(criteria) ? criteria : []).slice(0, MOST).flatMap(readCriterion),
  };
}

const MOST = 50;
const LONGEST = 1000;

function readFinding(value: unknown): Review['findings'] {
  const { path, line, severity, message } = isFields(value) ? value : {};
  const text = textOf(message);
  if (text === '') return [];
  const place = pathOf(path);
  return [
    {
      rule: 'review',
      severity: severity === 'error' || severity === 'information' ? severity : 'warning',
      message: text,
      ...(place !== undefined && { path: place }),
      ...(place !== undefined && typeof line === 'number' && Number.isInteger(line) && line > 0 && { line }),
    },
  ];
}

function readCriterion(value: unknown): Criterion[] {
  const { criterion, met, evidence } = isFields(value) ? value : {};
  const text = textOf(criterion);
  if (text === '') return [];
  const said = textOf(evidence);
  return [
    { criterion: text, met: typeof met === 'boolean' ? met : 'unknown', evidence: said === '' ? 'no evidence' : said },
  ];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? brief(value, LONGEST) : '';
}

/** Relative to the repository; any other is none of its files. */
function pathOf(value: unknown): string | undefined {
  const path = textOf(value)
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '');
  const isOutside = /^(?:\/|[A-Za-z]:)/.test(path) || path.split('/').includes('..');
  return path === '' || isOutside ? undefined : path;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON objects in a text that are part of no other, in their order. */
function objectsIn(text: string): Fields[] {
  const objects: Fields[] = [];
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at)) {
    const end = endOf(text, at);
    const object = end === undefined ? undefined : parsed(text.slice(at, end));
    if (object !== undefined) objects.push(object);
    at = object === undefined || end === undefined ? at + 1 : end;
  }
  return objects;
}

/** Behind the brace that closes the one at `from`, where braces in strings are none. */
function endOf(text: string, from: number): number | undefined {
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/gs;
  token.lastIndex = from;
  for (let depth = 0, match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '{') depth++;
    else if (match[0] === '}' && --depth === 0) return token.lastIndex;
  }
  return undefined;
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
