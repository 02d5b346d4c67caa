import * as vscode from 'vscode';
import type { Span } from '../../core/plan/diagnostic.ts';
import type { Edit } from '../../core/plan/edit/edits.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { PlanSource } from '../../core/plan/source.ts';
import type { Schedule } from '../../core/schedule/schedule.ts';
import type { Calibration } from '../../core/view/history.ts';
import type { TaskRow } from '../../core/view/model.ts';
import type { PlanFacts } from '../../core/language/hover.ts';
import { searchSchedule } from '../../core/schedule/search.ts';
import type { editIn, locationOf, offsetIn, OpenPlan, Plans } from '../plans.ts';
import type { Runs } from '../runs.ts';

/** What the language features are given by the extension: what it has already is not in their bundle again. */
export interface LanguageHost {
  readonly plans: Plans;
  readonly runs: Runs;
  readonly media: vscode.Uri;
  readonly locationOf: typeof locationOf;
  readonly offsetIn: typeof offsetIn;
  readonly editIn: typeof editIn;
  /** Reads a plan as the workspace of a document does. */
  read(source: PlanSource, uri: vscode.Uri): Plan;
  /** The strategy and the number of agents that a plan would be run with. */
  choice(open: OpenPlan): Pick<Schedule, 'strategy' | 'agents'>;
  /** What past runs tell of it, in this schedule. */
  calibration(open: OpenPlan, schedule: Schedule): Promise<Calibration>;
  /** The tasks of the run that is shown, where it is a run of this plan. */
  rows(open: OpenPlan): ReadonlyMap<string, TaskRow> | undefined;
}

const schedules = new WeakMap<OpenPlan, Schedule>();

/** A document and the plan that it is, or is a part of. Places are told in both. */
export class PlanDocument {
  readonly document: vscode.TextDocument;
  readonly open: OpenPlan;
  readonly #host: LanguageHost;

  private constructor(host: LanguageHost, document: vscode.TextDocument) {
    this.#host = host;
    this.document = document;
    this.open = host.plans.get(document);
  }

  /** Undefined where the document is none of a plan's. */
  static of(host: LanguageHost, document: vscode.TextDocument): PlanDocument | undefined {
    return host.plans.isPlan(document) ? new PlanDocument(host, document) : undefined;
  }

  get plan(): Plan {
    return this.open.plan;
  }

  get source(): PlanSource {
    const { text, plan } = this.open;
    return { text, ...(plan.parts !== undefined && { parts: plan.parts }) };
  }

  facts(): PlanFacts {
    const { plan, text, graph } = this.open;
    const rows = this.#host.rows(this.open);
    return { plan, text, graph, schedule: this.#schedule(), ...(rows !== undefined && { rows }) };
  }

  offset(at: vscode.Position): number {
    return this.#host.offsetIn(this.open, this.document, at);
  }

  span({ start, end }: vscode.Range): Span {
    return { start: this.offset(start), end: this.offset(end) };
  }

  location(span: Span): vscode.Location {
    return this.#host.locationOf(this.open, span);
  }

  /** Undefined where the span stands in another file of the plan. */
  range(span: Span): vscode.Range | undefined {
    const { uri, range } = this.location(span);
    return uri.toString() === this.document.uri.toString() ? range : undefined;
  }

  edit(edits: readonly Edit[]): vscode.WorkspaceEdit {
    return this.#host.editIn(this.open, edits);
  }

  #schedule(): Schedule {
    const { strategy, agents } = this.#host.choice(this.open);
    const known = schedules.get(this.open);
    if (known?.strategy === strategy && known.agents === agents) return known;
    const schedule = searchSchedule(this.open.graph, { strategy, agents });
    schedules.set(this.open, schedule);
    return schedule;
  }
}
