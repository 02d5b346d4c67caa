import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { hasErrors } from '../core/plan/diagnostic.ts';
import { placeAt } from '../core/plan/place.ts';
import { isStrategy } from '../core/plan/plan.ts';
import { wantedKinds } from '../core/run/kinds.ts';
import { compareStrategies, searchSchedule } from '../core/schedule/search.ts';
import { policyOf } from '../core/settings/run-settings.ts';
import { formatMinutes } from '../core/view/duration.ts';
import { previewText } from '../core/view/preview.ts';
import { count, markdownCode } from '../core/view/print.ts';
import { printableStatus } from '../core/view/status.ts';
import { validationText } from '../core/view/validation.ts';
import { gatesIn } from '../engine/gate/declared.ts';
import { execute } from './execute.ts';
import { TOOLS } from './ids.ts';
import type { Panel } from './panel.ts';
import type { OpenPlan, Plans } from './plans.ts';
import { keyOf, type Runs } from './runs.ts';
import { settingsFor } from './settings.ts';
import { validationIn } from './validate.ts';
import { defaultChoice, type Choice } from './views.ts';

export interface ToolParts {
  readonly plans: Plans;
  readonly runs: Runs;
  readonly panel: Panel;
}

/** As a model gives it; nothing of it is sure. */
interface PlanInput {
  readonly plan?: unknown;
}

interface ExecuteInput extends PlanInput {
  readonly strategy?: unknown;
  readonly agents?: unknown;
}

/** What an assistant of the editor can do with Orca. What is wrong is thrown, as a sentence with a way out. */
export function registerTools(parts: ToolParts): vscode.Disposable {
  const { plans, runs } = parts;
  const looking = (verb: string, look: (open: OpenPlan) => string): vscode.LanguageModelTool<PlanInput> => ({
    prepareInvocation: () => ({ invocationMessage: `${verb} the plan` }),
    invoke: async ({ input }) => said(look(await openPlan(plans, textOf(input.plan)))),
  });
  return vscode.Disposable.from(
    vscode.lm.registerTool(
      TOOLS.preview,
      looking('Previewing', (open) => previewOf(open)),
    ),
    vscode.lm.registerTool(
      TOOLS.validate,
      looking('Validating', (open) => printableValidation(open)),
    ),
    vscode.lm.registerTool(TOOLS.status, {
      prepareInvocation: () => ({ invocationMessage: 'Looking at the run' }),
      invoke: () => said(statusOf(runs)),
    }),
    vscode.lm.registerTool<ExecuteInput>(TOOLS.execute, {
      prepareInvocation: async ({ input }) => {
        try {
          const open = await readyPlan(parts, textOf(input.plan));
          const name = nameOf(open);
          return {
            invocationMessage: `Starting ${name}`,
            confirmationMessages: {
              title: `Execute ${name} with Orca?`,
              message: planned(open, choiceOf(open, input)),
            },
          };
        } catch {
          // There is nothing to confirm: the call itself says why.
          return { invocationMessage: 'Looking at the plan' };
        }
      },
      invoke: async ({ input }) => {
        const open = await readyPlan(parts, textOf(input.plan));
        if (!(await executed(parts, open.uri, choiceOf(open, input))))
          throw new Error('The run was not started. Orca has said why in a message in the window.');
        return said(statusOf(runs));
      },
    }),
  );
}

/** Starts a run as the command does; whether one was started. */
export async function executed(parts: ToolParts, plan: vscode.Uri, choice: Choice | undefined): Promise<boolean> {
  const shown = (): string | undefined => parts.runs.shown && keyOf(parts.runs.shown);
  const before = shown();
  await execute(parts, plan, choice);
  return shown() !== before;
}

/** The plan of a name, if it can be executed now; throws with what stands against it. */
export async function readyPlan({ plans, runs }: ToolParts, given: string | undefined): Promise<OpenPlan> {
  const open = await openPlan(plans, given);
  if (!vscode.workspace.isTrusted)
    throw new Error('This workspace is not trusted, so Orca starts nothing in it. Ask the user to trust it first.');
  const { state } = runs.shown ?? {};
  if (state !== undefined && state.status.kind !== 'finished')
    throw new Error(`${state.spec.id} is ${state.status.kind}. It has to be finished or cancelled before another run.`);
  if (hasErrors(open.plan.diagnostics))
    throw new Error(`The plan has errors, which have to be mended first:\n${printableValidation(open)}`);
  if (open.plan.tasks.length === 0)
    throw new Error(`${nameOf(open)} has no tasks: a task is a heading "### id: Title".`);
  return open;
}

/** The plan of a path in the workspace; without one, that of the active editor, else the first. Throws where none is. */
export async function openPlan(plans: Plans, given: string | undefined): Promise<OpenPlan> {
  if (given !== undefined) return plans.open(await inWorkspace(plans, given));
  const active = vscode.window.activeTextEditor?.document;
  if (active !== undefined && plans.isPlan(active)) return plans.get(active);
  const [first] = await plans.find();
  if (first === undefined)
    throw new Error(
      'There is no plan in this workspace. Write a plan.md, name a plan by its path, or let the user have one made by the command "Orca: Start".',
    );
  return plans.open(first);
}

async function inWorkspace(plans: Plans, given: string): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const places = isAbsolute(given)
    ? [vscode.Uri.file(given)]
    : folders.map(({ uri }) => vscode.Uri.joinPath(uri, given));
  const inside = places.filter((uri) => vscode.workspace.getWorkspaceFolder(uri) !== undefined);
  for (const uri of inside) {
    const found = await vscode.workspace.fs.stat(uri).then(
      ({ type }) => (type & (vscode.FileType.File | vscode.FileType.Directory)) !== 0,
      () => false,
    );
    if (found) return uri;
  }
  const known = (await plans.find()).map((uri) => vscode.workspace.asRelativePath(uri));
  const names = known.length === 0 ? 'It has no plan yet.' : `Its plans are: ${known.slice(0, 20).join(', ')}.`;
  throw new Error(
    inside.length === 0
      ? `${given} is outside of this workspace. Name a file in it. ${names}`
      : `There is no file ${given} in this workspace. ${names}`,
  );
}

function nameOf({ uri }: OpenPlan): string {
  return vscode.workspace.asRelativePath(uri);
}

function previewOf(open: OpenPlan): string {
  const { plan, graph, lines, uri } = open;
  const choice = defaultChoice(open);
  return previewText(plan, graph, {
    ...choice,
    schedule: searchSchedule(graph, choice),
    choices: compareStrategies(graph, { maxAgents: 8 }),
    gates: gatesIn(folderOf(uri)).gates,
    planName: nameOf(open),
    positionOf: (offset) => placeAt(plan, lines, offset),
  });
}

function printableValidation(open: OpenPlan): string {
  return validationText(validationIn(open));
}

function folderOf(uri: vscode.Uri): string {
  return (vscode.workspace.getWorkspaceFolder(uri)?.uri ?? vscode.Uri.joinPath(uri, '..')).fsPath;
}

function statusOf({ shown }: Runs): string {
  if (shown === undefined) return `There is no run in this workspace yet. ${TOOLS.execute} starts one.`;
  const { state, hold } = shown;
  const driver = hold.kind === 'driving' ? 'window' : hold.kind === 'watching' ? state.session.driver : undefined;
  return printableStatus(state, driver);
}

/** What would be started, for the person who is asked. */
function planned(open: OpenPlan, { strategy, agents }: Choice): vscode.MarkdownString {
  const { plan, graph, uri } = open;
  const { settings } = settingsFor(uri);
  const agent = plan.settings.agent ?? settings.defaultAgent;
  const policy = policyOf(settings, { named: plan.settings.agent !== undefined });
  const kinds = new Map<string, number>();
  for (const i of plan.tasks.keys()) {
    const kind = wantedKinds({ plan, agent, policy }, i).join(' or ');
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const { minutes } = searchSchedule(graph, { strategy, agents });
  return new vscode.MarkdownString(
    [
      `${count(graph.nodes.length, 'task')} in ${count(graph.layers.length, 'layer')}, ${strategy}, ${count(agents, 'agent')} at once, about ${formatMinutes(minutes)}.`,
      `Agents: ${[...kinds].map(([kind, n]) => `${markdownCode(kind)} (${count(n, 'task')})`).join(', ')}.`,
      'They work in git worktrees; your files are not touched until you apply the run.',
    ].join('\n\n'),
  );
}

function choiceOf(open: OpenPlan, { strategy, agents }: ExecuteInput): Choice {
  const usual = defaultChoice(open);
  if (strategy === 'sequential') return { strategy, agents: 1 };
  return {
    strategy: typeof strategy === 'string' && isStrategy(strategy) ? strategy : usual.strategy,
    agents:
      typeof agents === 'number' && Number.isInteger(agents) && agents >= 1 && agents <= 64 ? agents : usual.agents,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function said(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
