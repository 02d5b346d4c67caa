import { parsePlan } from '../plan/parse.ts';
import { STEPS, type Artefact, type StepId } from './steps.ts';

/**
 * The steps to be done again where artefacts were edited: those that read them, and what reads the outcome in turn. Who
 * wrote an edited artefact is not among them, or the edit would be lost. The start-up check comes first, whatever follows.
 */
export function stepsAfter(changed: readonly Artefact[]): StepId[] {
  const edited = new Set(changed);
  const stale = new Set(changed);
  const again = new Set<StepId>();
  // Each step comes behind those whose artefacts it reads.
  for (const { id, reads, writes } of STEPS) {
    if (!reads.some((name) => stale.has(name)) || writes.some((name) => edited.has(name))) continue;
    again.add(id);
    for (const name of writes) stale.add(name);
  }
  if (again.size > 0) again.add('startup');
  return STEPS.flatMap(({ id }) => (again.has(id) ? [id] : []));
}

/** The plan with tasks ticked off (`### [x] id: Title`); every other byte stays as it is. Never throws. */
export function markFinished(plan: string, ids: readonly string[]): string {
  const finished = new Set(ids.map((id) => id.toLowerCase()));
  const { dialect, tasks } = parsePlan(plan);
  let marked = plan;
  for (const { id, done, span, idSpan } of tasks.toReversed()) {
    if (done || !finished.has(id.toLowerCase())) continue;
    if (dialect === 'preview') marked = `${marked.slice(0, idSpan.start)}[x] ${marked.slice(idSpan.start)}`;
    else {
      const [hashes = '', , box = ''] = /^(#{1,6}[ \t]*)(?:(\[ \])[ \t]+)?/.exec(marked.slice(span.start)) ?? [];
      const at = span.start + (box === '' ? hashes.length : hashes.lastIndexOf('['));
      marked = `${marked.slice(0, at)}[x]${box === '' ? ' ' : ''}${marked.slice(at + box.length)}`;
    }
  }
  return marked;
}
