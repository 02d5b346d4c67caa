import type { Known, Report } from '../dialect/dialect.ts';
import type { Span } from '../diagnostic.ts';
import type { FrontEntries, FrontValue } from './front-entries.ts';
import type { PlanSettings } from '../plan.ts';
import { frontValues, hasKey } from './front-entries.ts';
import { nearestIn, replacedBy, suggestion } from '../nearest.ts';
import { ORDER_RULES, STRATEGIES, isOrderRule, isStrategy } from '../plan.ts';
import { knownName } from './task-fields.ts';

export interface FrontMatter {
  readonly title?: string;
  readonly settings: PlanSettings;
}

const KEYS = ['title', 'strategy', 'agents', 'agent', 'gates', 'order'];

/** What front matter says of a plan. */
export function readFrontMatter(front: FrontEntries, known: Known, report: Report): FrontMatter {
  for (const { key, keySpan } of front.entries) reportMisspelt(key, keySpan, report);
  const values = (key: string): readonly FrontValue[] => frontValues(front, key);
  const [title] = values('title');
  const strategy = values('strategy').flatMap((value) =>
    readName(value, 'strategy', STRATEGIES, isStrategy, report),
  )[0];
  const order = values('order').flatMap((value) => readName(value, 'order', ORDER_RULES, isOrderRule, report))[0];
  const agents = values('agents').flatMap((value) => readCount(value, report))[0];
  const agent = values('agent').map(({ text, span }) => knownName('agent', text, span, known.agents, report))[0];
  const gates = values('gates').map(({ text, span }) => knownName('gate', text, span, known.gates, report));
  return {
    ...(title !== undefined && { title: title.text }),
    settings: {
      ...(strategy !== undefined && { strategy }),
      ...(agents !== undefined && { agents }),
      ...(agent !== undefined && { agent }),
      ...(hasKey(front, 'gates') && { gates }),
      ...(order !== undefined && { order }),
    },
  };
}

function readName<T extends string>(
  { text, span }: FrontValue,
  kind: 'strategy' | 'order',
  names: readonly T[],
  isName: (text: string) => text is T,
  report: Report,
): T[] {
  const name = text.trim().toLowerCase();
  if (isName(name)) return [name];
  const nearest = nearestIn(names)(name);
  const message = `No ${kind} is named \`${text}\`: there are ${names.join(', ')}.${suggestion(nearest)}`;
  report({ code: `unknown-${kind}`, severity: 'warning', message, span, ...replacedBy(nearest) });
  return [];
}

function readCount({ text, span }: FrontValue, report: Report): number[] {
  if (/^[1-9]\d{0,3}$/.test(text)) return [Number(text)];
  report({ code: 'invalid-value', severity: 'warning', message: 'The number of agents is 1 or more.', span });
  return [];
}

function reportMisspelt(key: string, span: Span, report: Report): void {
  const nearest = KEYS.includes(key) || key.length < 5 ? undefined : nearestIn(KEYS)(key);
  if (nearest?.[0] !== key[0]) return;
  const message = `\`${key}\` is no setting of a plan.${suggestion(nearest)}`;
  report({ code: 'unknown-field', severity: 'hint', message, span, ...replacedBy(nearest) });
}
