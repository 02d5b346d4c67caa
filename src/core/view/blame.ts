import type { Verdict } from '../gate/gate.ts';
import type { RunState } from '../run/state.ts';
import { brief, list, markdownText, oneLine } from './print.ts';

/** Lines of a file that one attempt wrote, or nobody's. */
export interface BlameRow {
  /** 1-based, both included. */
  readonly from: number;
  readonly to: number;
  /** Absent: not committed yet. */
  readonly commit?: string;
  /** Absent: no run wrote them. */
  readonly origin?: {
    readonly run: string;
    readonly task: string;
    readonly attempt: number;
    /** When it was committed, ms since the epoch. */
    readonly at: number;
    /** The agent's id, or `you`; absent, as is what follows, where the run's journal is not there. */
    readonly agent?: string;
    readonly title?: string;
    readonly gates?: readonly { readonly gate: string; readonly verdict: Verdict | 'waived' }[];
  };
}

/** Which task, attempt and agent wrote the lines of a file, and what its gates said. `lines` in their order. */
export function blameRows(
  lines: readonly { readonly line: number; readonly commit?: string }[],
  /** By commit. */
  origins: ReadonlyMap<string, Pick<NonNullable<BlameRow['origin']>, 'run' | 'task' | 'attempt' | 'at'>>,
  /** By id. */
  runs: ReadonlyMap<string, RunState>,
): BlameRow[] {
  const rows: { from: number; to: number; commit?: string }[] = [];
  for (const { line, commit } of lines) {
    const last = rows.at(-1);
    if (last?.to === line - 1 && last.commit === commit) last.to = line;
    else rows.push({ from: line, to: line, ...(commit !== undefined && { commit }) });
  }
  return rows.map((row) => {
    const origin = origins.get(row.commit ?? '');
    return origin === undefined ? row : { ...row, origin: { ...origin, ...attemptOf(runs.get(origin.run), origin) } };
  });
}

function attemptOf(
  run: RunState | undefined,
  { task, attempt: number }: { readonly task: string; readonly attempt: number },
): Partial<BlameRow['origin']> {
  const i = run?.index.get(task) ?? -1;
  const attempt = run?.tasks[i]?.attempts.find((one) => one.number === number);
  if (run === undefined || attempt === undefined) return {};
  return {
    agent: attempt.byHand ? 'you' : attempt.kind,
    title: run.graph.nodes[i]?.title ?? '',
    gates: attempt.gates.map(({ gate, verdict }) => ({
      gate,
      verdict: verdict !== 'passed' && attempt.waived.includes(gate) ? 'waived' : verdict,
    })),
  };
}

/** A line a row: `12–40  add-cart, attempt 1, claude, 2024-12-01 09:12: tests passed, quality waived`. */
export function blameText(rows: readonly BlameRow[], timeText: (ms: number) => string): string {
  const places = rows.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`));
  const width = Math.max(0, ...places.map((place) => place.length));
  return rows.map((row, i) => `${(places[i] ?? '').padStart(width)}  ${rowText(row, timeText)}`).join('\n');
}

function rowText({ commit, origin }: BlameRow, timeText: (ms: number) => string): string {
  if (origin === undefined) return commit === undefined ? 'not committed' : `${commit.slice(0, 10)}, no run`;
  const { run, task, attempt, agent, at, gates = [] } = origin;
  const said = gates.length === 0 ? '' : `: ${gates.map(gateText).join(', ')}`;
  const who = [
    oneLine(task),
    `attempt ${attempt}`,
    ...(agent === undefined ? [] : [oneLine(agent)]),
    timeText(at),
    oneLine(run),
  ];
  return `${who.join(', ')}${said}`;
}

/** Of one line, for a hover; `link` is where the task's name leads. */
export function blameMarkdown(
  { task, attempt, agent, title = '', at, gates = [] }: NonNullable<BlameRow['origin']>,
  link: string,
  timeText: (ms: number) => string,
): string {
  const who = [`attempt ${attempt}`, ...(agent === undefined ? [] : [markdownText(agent)]), timeText(at)];
  const name = title === '' || title === task ? '' : `: ${markdownText(brief(title))}`;
  const verdicts =
    gates.length === 0
      ? ''
      : `\n\nGates: ${list(
          gates.map((gate) => markdownText(gateText(gate))),
          8,
        )}`;
  return `**Orca** · [${markdownText(task)}](${link})${name} · ${who.join(' · ')}${verdicts}`;
}

function gateText({ gate, verdict }: { readonly gate: string; readonly verdict: Verdict | 'waived' }): string {
  const said = { passed: 'passed', failed: 'failed', 'not-run': 'did not run', waived: 'accepted as it is' }[verdict];
  return `${oneLine(gate)} ${said}`;
}
