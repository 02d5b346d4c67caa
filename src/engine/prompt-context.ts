import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOUSE_FILES, type PromptContext } from '../core/agent/prompt.ts';
import { readGateConfig, type GateConfig } from '../core/gate/config.ts';
import type { PlanTask } from '../core/plan/plan.ts';
import { openRepository } from './git/preflight.ts';
import { givenFiles } from './given-files.ts';

/** What a task's prompt takes from the user's checkout as it is now, to show it before a run. */
export async function promptContext(
  folder: string,
  task: Pick<PlanTask, 'reads'>,
): Promise<(Pick<GateConfig, 'gates'> & PromptContext) | { readonly problems: readonly string[] }> {
  const opened = await openRepository(folder);
  const root = opened.ok ? opened.repository.root : folder;
  const config = join(root, '.orca', 'gates.yaml');
  const { gates, problems } = readGateConfig(existsSync(config) ? readFileSync(config, 'utf8') : '');
  if (problems.length > 0) return { problems };
  return {
    gates,
    house: HOUSE_FILES.filter((name) => existsSync(join(root, name))),
    given: await givenFiles(root, task),
  };
}
