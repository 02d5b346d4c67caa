import type { Ask } from '../agent/ask.ts';
import type { Severity } from '../plan/diagnostic.ts';
import type { Strategy } from '../plan/plan.ts';
import type { QuestionForm } from './asks.ts';

/**
 * What people look at, as plain data: the panel (preview, monitor and summary are one picture), the tree, the status
 * bar and the text reports are drawn from these and from nothing else. JSON-safe: they are posted to the webview.
 */
export interface PanelModel {
  readonly title: string;
  /** For people: `plan.md`. */
  readonly planName: string;
  readonly strategy: Strategy;
  readonly agents: number;
  /** Absent: a preview. */
  readonly run?: RunHeader;
  /** The workspace is not trusted: the plan can be looked at, and not be run. */
  readonly untrusted?: true;
  /** What waits for a person, most urgent first. */
  readonly needs: readonly Attention[];
  readonly figures: readonly Figure[];
  /** Duration for every strategy and number of agents, the what-if chart. Empty during a run, and until they are compared. */
  readonly choices: readonly Choice[];
  readonly layers: readonly LayerRow[];
  readonly timeline: Timeline;
  readonly problems: readonly Problem[];
}

export interface RunHeader {
  readonly id: string;
  readonly state: 'running' | 'paused' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';
  /** Someone else (another window, the command line) drives it: actions are not offered here. */
  readonly readOnly: boolean;
  /** Why it is paused, who drives it, … one line. */
  readonly note?: string;
  readonly actions: readonly RunAction[];
}

export type RunAction = 'pause' | 'resume' | 'cancel' | 'apply' | 'summary';
export type TaskAction =
  | 'retry'
  | 'accept'
  | 'skip'
  | 'take-over'
  | 'hand-back'
  | 'read'
  | 'send-back'
  | 'roll-back'
  | 'hold'
  | 'terminal'
  | 'log'
  | 'changes';
export type GateAction = 'mend' | 'report' | 'retry' | 'waive';

export interface Attention {
  readonly kind:
    | 'asks'
    | 'questions'
    | 'failed'
    | 'conflict'
    | 'gate'
    | 'paused'
    | 'limited'
    /** Nothing new starts until it is read. */
    | 'review'
    /** Its work could not be taken back. */
    | 'roll-back'
    /** It can wait: nothing stands still for it. */
    | 'foreseen';
  /** What it is about: a task's id, or absent for the run. */
  readonly task?: string;
  readonly text: string;
  /** What its agent asks, in full: to be answered by the question's id. */
  readonly ask?: { readonly id: string; readonly ask: Ask };
  /** What tasks ask instead of a result: one form, to be answered at once. */
  readonly forms?: readonly QuestionForm[];
  /** Task actions go to `task`; the others to the run. */
  readonly actions: readonly AttentionAction[];
}

export type AttentionAction =
  | { readonly kind: 'task'; readonly action: TaskAction }
  | { readonly kind: 'run'; readonly action: RunAction }
  | {
      readonly kind: 'gate';
      readonly action: GateAction;
      readonly layer?: number;
      readonly gate: string;
    };

export interface Figure {
  /** Stable: `tasks`, `estimated`, `sequential`, `efficiency`, `lower-bound`, `elapsed`, `utilisation`, … */
  readonly id: string;
  /** Ready to show: `4 h 35 min`, `77.6 %`, `not measured`. */
  readonly value: string;
  readonly label: string;
  readonly note?: string;
  /** What it means, for the hover. */
  readonly definition: string;
}

export interface Choice {
  readonly strategy: Strategy;
  readonly agents: number;
  readonly minutes: number;
  readonly efficiency: number;
}

/** What would make the plan shorter. */
export interface OpportunityRow {
  readonly kind: 'split' | 'dependency' | 'barrier' | 'file' | 'estimate';
  readonly title: string;
  readonly why: string;
  /** Minutes that the plan gets shorter; of an estimate: that it may get longer. */
  readonly minutes: number;
  /** The task that it is about. */
  readonly task?: string;
  /** What the button says that does it in the plan. */
  readonly fix?: string;
}

export interface LayerRow {
  readonly number: number;
  readonly name: string;
  readonly sequential: boolean;
  readonly minutes: number;
  readonly tasks: readonly TaskRow[];
  readonly gates: readonly GateRow[];
}

/** What a task is in, in words that are shown; `blocked` is waiting for something that will not come by itself. */
export type TaskStatus =
  | 'planned'
  | 'waiting'
  | 'blocked'
  /** Waits by a person's wish until another one is merged. */
  | 'held'
  | 'working'
  /** Its agent waits for an answer. */
  | 'asking'
  /** A person works on it. */
  | 'taken'
  | 'checking'
  | 'merging'
  | 'merged'
  | 'unchanged'
  | 'conflict'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'rolled-back';

export interface TaskRow {
  readonly id: string;
  readonly title: string;
  readonly layer: number;
  readonly status: TaskStatus;
  readonly minutes: number;
  readonly assumed: boolean;
  readonly critical: boolean;
  /** Minutes it may be late without delaying the plan (unlimited agents). */
  readonly slackMinutes: number;
  readonly dependsOn: readonly string[];
  readonly dependents: readonly string[];
  readonly files: readonly string[];
  /** Tasks that nothing orders and that write the same files: they take turns, or may conflict when merged. */
  readonly sharesFiles?: readonly SharesFiles[];
  readonly resources: readonly string[];
  readonly gates: readonly GateRow[];
  readonly acceptance: readonly string[];
  /** The agent's kind: `shell`, `claude`. */
  readonly agentKind: string;
  /** 1-based, as people count; of the current or last attempt. */
  readonly agent?: number;
  readonly attempts: number;
  /** Run time of the current or last attempt's start and of its end, ms; elapsed is reckoned by the view. */
  readonly startedMs?: number;
  readonly endedMs?: number;
  /** One line: why it failed, the agent's last words, what it waits for. */
  readonly note?: string;
  /** What its attempts cost and used, ready to show; absent where its agent says nothing. */
  readonly cost?: string;
  readonly usage?: string;
  readonly changed?: { readonly files: number; readonly added: number; readonly removed: number };
  /** Nobody has looked at what was merged of it. */
  readonly unread?: true;
  /** What its work would conflict with if both were merged now; `others`: tasks by id, none: what is merged. */
  readonly foreseen?: { readonly others: readonly string[]; readonly files: readonly string[] };
  readonly actions: readonly TaskAction[];
  /** 0-based line of its heading in the plan. */
  readonly line: number;
}

export interface SharesFiles {
  readonly task: string;
  /** The globs by which both may name a same file. */
  readonly files: readonly string[];
}

export interface GateRow {
  readonly name: string;
  readonly verdict: 'pending' | 'running' | 'passed' | 'failed' | 'not-run' | 'waived';
  readonly blocking: boolean;
  readonly note?: string;
  /** Run time at which it reported, and how long it took, ms. */
  readonly reportedMs?: number;
  readonly tookMs?: number;
}

/** Minutes from the start of the run; one lane an agent, 1-based. */
export interface Timeline {
  readonly lanes: readonly { readonly agent: number; readonly bars: readonly Bar[] }[];
  readonly gates: readonly GateMark[];
  readonly endMinutes: number;
  readonly lowerBoundMinutes: number;
  /** Absent: a preview. */
  readonly nowMinutes?: number;
}

/** Gates that run together: those of a layer, or of the end. */
export interface GateMark {
  /** Minutes: when the last of them reported, else when they are to run. */
  readonly at: number;
  /** Its number; absent: the end of the run. */
  readonly layer?: number;
  readonly gates: readonly GateRow[];
}

export interface Bar {
  readonly task: string;
  /** `planned`: the preview's. `forecast`: what is left, re-simulated. `actual`: measured; grows while it runs. */
  readonly kind: 'planned' | 'actual' | 'forecast';
  readonly status: TaskStatus;
  readonly start: number;
  /** Absent: it is running. */
  readonly end?: number;
  readonly critical: boolean;
}

export interface Problem {
  readonly severity: Severity;
  readonly message: string;
  /** 0-based, in the plan's text. */
  readonly line: number;
  /** Of a plan of several files: `a.md:5`. */
  readonly place?: string;
}

/** The laid out graph, made on request: coordinates in px, the origin at the top left. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly {
    readonly id: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly critical: boolean;
    readonly points: readonly (readonly [number, number])[];
  }[];
}
