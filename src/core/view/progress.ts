import type { GateScope, RunEvent } from '../run/event.ts';
import type { RunState } from '../run/state.ts';
import { unreachable } from '../unreachable.ts';
import { formatMinutes, formatMs } from './duration.ts';
import { taskMs } from './measure.ts';
import { brief, count, list, oneLine } from './print.ts';
import { failureText, gateNote } from './run-rows.ts';

/**
 * One quiet line for an event worth telling, for a command line that is no terminal; undefined for the others. `state`
 * is the state after the event.
 */
export function progressLine(event: RunEvent, state: RunState): string | undefined {
  switch (event.type) {
    case 'run.started': {
      const { id, strategy, agents, plannedMinutes, plan } = event.spec;
      const size = `${count(plan.tasks.length, 'task')}, ${strategy}, ${count(agents, 'agent')}`;
      return `🚀 ${id}: ${size}, ${formatMinutes(plannedMinutes)} planned`;
    }
    case 'attempt.started': {
      const again = event.attempt > 1 ? `, attempt ${event.attempt}` : '';
      return `🔄 ${event.task} (Agent-${event.agent + 1}${again})`;
    }
    case 'gate.ended': {
      const { scope, report } = event;
      if (scope.kind === 'task' && report.verdict === 'passed') return undefined;
      const icon = report.verdict === 'passed' ? '🛡️' : report.blocking ? '❌' : '⚠️';
      const note = gateNote(report);
      return `${icon} gate ${report.gate} ${verdictText(report.verdict)} ${where(scope)}${note === undefined ? '' : `: ${note}`}`;
    }
    case 'gate.waived':
      return `🛡️ gate ${oneLine(event.gate)} waived ${where(event.scope)}`;
    case 'task.merged': {
      const merged = state.tasks.filter((task) => task.phase.kind === 'merged').length;
      return `✅ ${event.task}${took(state, event.task)} - ${merged}/${state.tasks.length}`;
    }
    case 'task.conflicted':
      return `⚠️ ${event.task} conflicts in ${list(event.files.map((file) => brief(file)))}`;
    case 'task.failed':
      return `❌ ${event.task}${took(state, event.task)}: ${failureText(event.failure)}`;
    case 'task.skipped':
      return `⏭️ ${event.task} skipped`;
    case 'task.cancelled':
      return `⏹️ ${event.task} cancelled`;
    case 'run.paused':
      return `⏸️ paused${event.reason === undefined ? '' : `: ${brief(event.reason)}`}`;
    case 'run.resumed':
      return '▶️ resumed';
    case 'run.cancelled':
      return '⏹️ being cancelled';
    case 'run.finished': {
      const merged = state.tasks.filter((task) => task.phase.kind === 'merged').length;
      return `🏁 ${event.outcome}: ${merged}/${state.tasks.length} tasks in ${formatMs(state.time)}`;
    }
    case 'run.applied':
      return `📦 applied to ${oneLine(event.branch)}`;
    case 'session.started':
    case 'session.ended':
    case 'agent.started':
    case 'attempt.ended':
    case 'attempt.snapshot':
    case 'attempt.stopping':
    case 'attempt.accepted':
    case 'gate.retried':
    case 'task.retried':
      return undefined;
    default:
      return unreachable(event);
  }
}

function took(state: RunState, id: string): string {
  const task = state.tasks[state.index.get(id) ?? -1];
  const ms = task === undefined ? undefined : taskMs(task, state.time);
  const agent = task?.attempts.at(-1)?.agent;
  return ms === undefined || agent === undefined ? '' : ` (Agent-${agent + 1}, ${formatMs(ms)})`;
}

function where(scope: GateScope): string {
  switch (scope.kind) {
    case 'task':
      return `on ${scope.task}`;
    case 'layer':
      return `after layer ${scope.layer}`;
    case 'end':
      return 'at the end';
    default:
      return unreachable(scope);
  }
}

function verdictText(verdict: 'passed' | 'failed' | 'not-run'): string {
  return verdict === 'not-run' ? 'did not run' : verdict;
}
