import * as vscode from 'vscode';
import { compareRuns, comparisonMarkdown } from '../../core/view/compare.ts';
import { runDir } from '../../engine/run-files.ts';
import { COMPARISON_SCHEME } from '../ids.ts';
import type { WindowHost } from './host.ts';

interface RunPlace {
  readonly root: string;
  readonly id: string;
}

/** The document that has two runs beside each other. */
export function comparisonUri(first: RunPlace, second: RunPlace): vscode.Uri {
  const query = JSON.stringify([first, second].map(({ root, id }) => ({ root, id })));
  return vscode.Uri.from({ scheme: COMPARISON_SCHEME, path: `/${first.id} and ${second.id}.md`, query });
}

/** Its text, from the journals as they are now. */
export async function comparisonText(host: WindowHost, { query }: vscode.Uri): Promise<string> {
  const [first, second] = await Promise.all(
    (JSON.parse(query) as readonly RunPlace[]).map(({ root, id }) => host.readState(runDir(root, id))),
  );
  if (first === undefined || second === undefined)
    return vscode.l10n.t('One of the two runs is gone, or cannot be read.');
  return comparisonMarkdown(compareRuns(first, second));
}
