import { LineMap } from '../plan/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import { oneLine } from './print.ts';

/** What reading a plan found, as compilers say it, and how much that is. `name`: of its file, for people. */
export function validationText(
  plan: Plan,
  {
    name,
    text,
    gateProblems,
  }: { readonly name: string; readonly text: string; readonly gateProblems: readonly string[] },
): string {
  const lines = new LineMap(text);
  const errors = plan.diagnostics.filter(({ severity }) => severity === 'error').length;
  return [
    ...plan.diagnostics.map(({ code, severity, message, span }) => {
      const { line, column } = lines.position(span.start);
      return `${name}:${line + 1}:${column + 1}: ${severity}: ${oneLine(message)} [${code}]`;
    }),
    ...gateProblems,
    `${plan.tasks.length} tasks, ${errors} errors, ${plan.diagnostics.length - errors} other remarks`,
  ].join('\n');
}
