import { relative } from 'node:path';
import { artefactPath } from '../core/planning/steps.ts';
import type { RunState } from '../core/run/state.ts';
import { unreachable } from '../core/unreachable.ts';
import { planningDocument } from '../engine/planning/document.ts';
import { runDir } from '../engine/run-files.ts';
import { BAD_INPUT, DONE, say, type Options } from './command-line.ts';
import { execute } from './drive.ts';
import { preview, validate } from './plan-commands.ts';
import { confirm, isAttended } from './questions.ts';

/** What follows a plan that is there now: as was asked for when it was begun. */
export async function afterPlanning(root: string, state: RunState, options: Options): Promise<number> {
  const { planning } = state.spec;
  if (planning === undefined) return DONE;
  const plan = `${root}/${artefactPath(planning.folder, 'plan.md')}`;
  const shown = relative(process.cwd(), plan);
  const document = await planningDocument(root, runDir(root, state.spec.id), state);
  if (!options.json) say(`\n${document.text}\nSummary: ${relative(process.cwd(), document.path)}`);
  switch (planning.mode) {
    case 'plan':
      if (!options.json) say(`Next: orca preview ${shown}`);
      return DONE;
    case 'validate':
      return validate(plan, options);
    case 'preview':
      return preview(plan, options);
    case 'execute': {
      const code = await preview(plan, options);
      if (code !== DONE) return code;
      if (!options.yes && !isAttended()) {
        say(`Not executed: nobody was there to agree. Execute it with: orca execute ${shown}`);
        return BAD_INPUT;
      }
      if (!options.yes && !(await confirm('Execute this plan?'))) {
        say(`Execute it with: orca execute ${shown}`);
        return DONE;
      }
      return execute([plan], options);
    }
    default:
      return unreachable(planning.mode);
  }
}
