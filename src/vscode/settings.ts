import * as vscode from 'vscode';
import { isStrategy, type Strategy } from '../core/plan/plan.ts';
import type { Limits } from '../core/run/event.ts';
import { SETTINGS } from './ids.ts';

function get<T>(name: string, scope: vscode.Uri | undefined, fallback: T): T {
  return vscode.workspace.getConfiguration('orca', scope).get<T>(name) ?? fallback;
}

/** The user's settings as of now; read at each use, so that a change counts at once. */
export const settings = {
  agents: (scope?: vscode.Uri): unknown => get<unknown>(SETTINGS.agents, scope, {}),
  defaultAgent: (scope?: vscode.Uri): string => get(SETTINGS.defaultAgent, scope, 'shell'),
  strategy: (scope?: vscode.Uri): Strategy => {
    const value = get<string>(SETTINGS.strategy, scope, 'hybrid');
    return isStrategy(value) ? value : 'hybrid';
  },
  agentCount: (scope?: vscode.Uri): number => Math.max(1, Math.floor(get(SETTINGS.agentCount, scope, 3))),
  limits: (scope?: vscode.Uri): Limits => ({
    attempts: Math.max(1, Math.floor(get(SETTINGS.attempts, scope, 2))),
    idleMs: Math.max(1, get(SETTINGS.idleMinutes, scope, 15)) * 60_000,
    totalMs: Math.max(1, get(SETTINGS.totalMinutes, scope, 120)) * 60_000,
  }),
  continueWhenClosed: (): boolean => get(SETTINGS.continueWhenClosed, undefined, false),
  planFiles: (): string => get(SETTINGS.planFiles, undefined, '**/{plan,*.plan}.md'),
};
