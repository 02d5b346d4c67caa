import type { PanelState } from './messages.ts';

/** What the page of the panel is made of; uris are the host's, already fit for the page. */
export interface PanelPage {
  readonly scriptUri: string;
  /** In order: the icon font's, then the panel's own. */
  readonly styleUris: readonly string[];
  /** Where styles and fonts may come from: `webview.cspSource`. */
  readonly cspSource: string;
  /** Fresh for each page. */
  readonly nonce: string;
  /** Where to begin; what the page itself remembers (`setState`) goes before it. */
  readonly state: PanelState;
}

/** The whole page of the panel. Nothing may load but the one script by its nonce, and styles and fonts by origin. */
export function panelHtml(page: PanelPage): string {
  const csp = [
    "default-src 'none'",
    `style-src ${page.cspSource}`,
    `font-src ${page.cspSource}`,
    `script-src 'nonce-${page.nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const styles = page.styleUris.map((uri) => `<link rel="stylesheet" href="${escapeHtml(uri)}">`);
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(csp)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    ...styles,
    '<title>Orca</title>',
    '</head>',
    '<body>',
    `<orca-panel data-state="${escapeHtml(JSON.stringify(page.state))}"></orca-panel>`,
    `<script type="module" nonce="${escapeHtml(page.nonce)}" src="${escapeHtml(page.scriptUri)}"></script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? character);
}
