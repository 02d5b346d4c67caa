import type { Answer } from '../core/agent/ask.ts';
import type { Strategy } from '../core/plan/plan.ts';
import type {
  Choice,
  GateAction,
  GraphLayout,
  OpportunityRow,
  PanelModel,
  RunAction,
  TaskAction,
} from '../core/view/model.ts';
import type { SummaryModel } from '../core/view/summary-model.ts';
import type { PanelPatch } from './patch.ts';

/** What the extension host tells the panel. */
export type HostMessage =
  | {
      readonly type: 'model';
      readonly model: PanelModel;
      /** Run time of the model, ms, and when it was made. */ readonly time?: number;
    }
  /** Of the last model. */
  | { readonly type: 'patch'; readonly patch: PanelPatch; readonly time?: number }
  /** Of the plan of the last model: what strategies and numbers of agents would take. */
  | { readonly type: 'choices'; readonly choices: readonly Choice[] }
  | { readonly type: 'layout'; readonly layout: GraphLayout }
  /** Of the plan of the last model; they take longer than the model. */
  | { readonly type: 'opportunities'; readonly rows: readonly OpportunityRow[] }
  /** Of the run of the last model, as it stands. */
  | { readonly type: 'summary'; readonly summary: SummaryModel }
  /** Nothing to show: a sentence that says why and what to do. */
  | { readonly type: 'empty'; readonly message: string }
  | { readonly type: 'reveal'; readonly task: string };

/** What the panel asks of the extension host. Everything it sends is checked again there. */
export type PanelMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'layout' }
  | { readonly type: 'summary' }
  /** A file as the run left it: its path in the repository, and a line of it, from 1. */
  | { readonly type: 'open-file'; readonly path: string; readonly line?: number }
  /** The opportunity of this title is to be done. */
  | { readonly type: 'improve'; readonly title: string }
  | { readonly type: 'choose'; readonly strategy: Strategy; readonly agents: number }
  | { readonly type: 'execute'; readonly strategy: Strategy; readonly agents: number }
  | { readonly type: 'open-task'; readonly task: string }
  /** A problem's line in the plan, 0-based. */
  | { readonly type: 'open-line'; readonly line: number }
  | { readonly type: 'task'; readonly action: TaskAction; readonly task: string }
  /** Without an answer the host asks for one in words. */
  | { readonly type: 'answer'; readonly task: string; readonly id: string; readonly answer?: Answer }
  /** All that tasks ask instead of a result, by task and then by the question's id. */
  | {
      readonly type: 'answer-questions';
      readonly forms: readonly { readonly task: string; readonly answers: Readonly<Record<string, string>> }[];
    }
  | { readonly type: 'run'; readonly action: RunAction }
  | { readonly type: 'gate'; readonly action: GateAction; readonly layer?: number; readonly gate: string };

/** Kept by the webview over a reload (`setState`); the serializer gets it back. */
export interface PanelState {
  /** Uri of the plan, or the id of the run. */
  readonly source:
    | { readonly kind: 'plan'; readonly uri: string }
    | { readonly kind: 'run'; readonly folder: string; readonly id: string };
  readonly tab: 'summary' | 'layers' | 'graph' | 'timeline' | 'opportunities';
  readonly selected?: string;
}
