import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { GateAction, GateRow, RunAction, RunHeader, TaskAction, TaskStatus } from '../core/view/model.ts';

/** How a state looks: an icon of its own shape and a word, so that the colour (`tone`) is never the only sign. */
export interface Look {
  readonly icon: string;
  readonly word: string;
  readonly tone: 'quiet' | 'live' | 'good' | 'warn' | 'bad';
}

export const TASK_LOOK: Readonly<Record<TaskStatus, Look>> = {
  planned: { icon: 'circle-large', word: 'planned', tone: 'quiet' },
  waiting: { icon: 'circle-large', word: 'waiting', tone: 'quiet' },
  blocked: { icon: 'circle-slash', word: 'blocked', tone: 'warn' },
  held: { icon: 'debug-pause', word: 'held', tone: 'warn' },
  working: { icon: 'play-circle', word: 'working', tone: 'live' },
  asking: { icon: 'question', word: 'asks you', tone: 'warn' },
  taken: { icon: 'person', word: 'in your hands', tone: 'live' },
  checking: { icon: 'beaker', word: 'checking', tone: 'live' },
  merging: { icon: 'git-merge', word: 'merging', tone: 'live' },
  merged: { icon: 'pass', word: 'merged', tone: 'good' },
  unchanged: { icon: 'dash', word: 'no changes', tone: 'quiet' },
  conflict: { icon: 'warning', word: 'conflict', tone: 'warn' },
  failed: { icon: 'error', word: 'failed', tone: 'bad' },
  skipped: { icon: 'debug-step-over', word: 'skipped', tone: 'quiet' },
  cancelled: { icon: 'stop-circle', word: 'cancelled', tone: 'quiet' },
  'rolled-back': { icon: 'discard', word: 'rolled back', tone: 'warn' },
};

export const GATE_LOOK: Readonly<Record<GateRow['verdict'], Look>> = {
  pending: { icon: 'circle-large', word: 'pending', tone: 'quiet' },
  running: { icon: 'play-circle', word: 'running', tone: 'live' },
  passed: { icon: 'pass', word: 'passed', tone: 'good' },
  failed: { icon: 'error', word: 'failed', tone: 'bad' },
  'not-run': { icon: 'circle-slash', word: 'not run', tone: 'warn' },
  waived: { icon: 'debug-step-over', word: 'waived', tone: 'warn' },
};

export const RUN_LOOK: Readonly<Record<RunHeader['state'], Look>> = {
  running: { icon: 'play-circle', word: 'Running', tone: 'live' },
  paused: { icon: 'debug-pause', word: 'Paused', tone: 'warn' },
  cancelling: { icon: 'stop-circle', word: 'Cancelling', tone: 'warn' },
  succeeded: { icon: 'pass', word: 'Succeeded', tone: 'good' },
  failed: { icon: 'error', word: 'Finished with failures', tone: 'bad' },
  cancelled: { icon: 'stop-circle', word: 'Cancelled', tone: 'quiet' },
};

export const RUN_ACTION: Readonly<Record<RunAction, { readonly icon: string; readonly label: string }>> = {
  pause: { icon: 'debug-pause', label: 'Pause' },
  resume: { icon: 'debug-continue', label: 'Resume' },
  cancel: { icon: 'debug-stop', label: 'Cancel' },
  apply: { icon: 'git-merge', label: 'Apply' },
  summary: { icon: 'file-text', label: 'Summary' },
};

/** `key`: does it for the selected task, wherever the keyboard is. */
export const TASK_ACTION: Readonly<
  Record<TaskAction, { readonly icon: string; readonly label: string; readonly key?: string }>
> = {
  terminal: { icon: 'terminal', label: 'Terminal', key: 't' },
  changes: { icon: 'diff-multiple', label: 'Changes', key: 'c' },
  log: { icon: 'output', label: 'Log', key: 'l' },
  'hand-back': { icon: 'run', label: 'Hand back' },
  'take-over': { icon: 'person', label: 'Take over' },
  retry: { icon: 'debug-restart', label: 'Retry' },
  accept: { icon: 'pass', label: 'Accept result as it is' },
  skip: { icon: 'debug-step-over', label: 'Skip' },
  read: { icon: 'eye', label: 'Mark as read', key: 'm' },
  'send-back': { icon: 'comment', label: 'Send back…' },
  'roll-back': { icon: 'discard', label: 'Roll back…' },
  hold: { icon: 'debug-pause', label: 'Hold' },
};

export const GATE_ACTION: Readonly<Record<GateAction, string>> = {
  mend: 'Mend with the agent',
  report: 'Show gate report',
  retry: 'Run gate again',
  waive: 'Waive',
};

export function icon(name: string, tone?: Look['tone']): TemplateResult {
  return html`<i class="codicon codicon-${name} ${tone === undefined ? '' : `tone-${tone}`}" aria-hidden="true"></i>`;
}

/** Icon and word together. */
export function state(look: Look): TemplateResult {
  return html`<span class="state">${icon(look.icon, look.tone)}<span class="word">${look.word}</span></span>`;
}

export function button(
  label: string,
  act: () => void,
  looks: {
    readonly icon?: string;
    readonly primary?: boolean;
    readonly title?: string;
    readonly disabled?: boolean;
  } = {},
): TemplateResult {
  return html`<button
    type="button"
    class=${looks.primary === true ? 'primary' : 'secondary'}
    title=${looks.title ?? nothing}
    ?disabled=${looks.disabled === true}
    @click=${act}
  >
    ${looks.icon === undefined ? nothing : icon(looks.icon)}<span>${label}</span>
  </button>`;
}

/** A button that is only its icon; the label is its name and its hover. */
export function iconButton(iconName: string, label: string, act: () => void, pressed?: boolean): TemplateResult {
  return html`<button
    type="button"
    class="icon-button"
    title=${label}
    aria-label=${label}
    aria-pressed=${pressed ?? nothing}
    @click=${act}
  >
    ${icon(iconName)}
  </button>`;
}
