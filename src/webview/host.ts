import type { HostMessage, PanelMessage, PanelState } from '../protocol/messages.ts';

/** The extension host as the page sees it. */
export interface Host {
  post(message: PanelMessage): void;
  /** What this page kept before a reload. */
  kept(): PanelState | undefined;
  keep(state: PanelState): void;
}

declare function acquireVsCodeApi(): {
  postMessage(message: PanelMessage): void;
  getState(): PanelState | undefined;
  setState(state: PanelState): void;
};

/** VS Code hands its api out once a page. */
export function connect(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    kept: () => api.getState(),
    keep: (state) => api.setState(state),
  };
}

const KNOWN: Readonly<Record<HostMessage['type'], true>> = {
  model: true,
  patch: true,
  choices: true,
  layout: true,
  summary: true,
  opportunities: true,
  empty: true,
  reveal: true,
};

/** Other senders and later versions may post here too: what is not known is passed over. */
export function isHostMessage(data: unknown): data is HostMessage {
  return typeof data === 'object' && data !== null && 'type' in data && Object.hasOwn(KNOWN, String(data.type));
}

/** What the page kept, if it is about the same plan or run as the page is; else where the host says to begin. */
export function beginning(kept: PanelState | undefined, given: PanelState): PanelState {
  return kept !== undefined && JSON.stringify(kept.source) === JSON.stringify(given.source) ? kept : given;
}
