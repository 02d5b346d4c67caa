import type { Strategy } from '../core/plan/plan.ts';
import type { GraphLayout, TaskRow } from '../core/view/model.ts';

/** Two tasks that nothing orders and that write the same files. */
export interface Sharing {
  readonly first: TaskRow;
  readonly second: TaskRow;
  readonly files: readonly string[];
}

/** Each pair once. */
export function sharing(tasks: ReadonlyMap<string, TaskRow>): readonly Sharing[] {
  const before = new Set<string>();
  return [...tasks.values()].flatMap((second) => {
    before.add(second.id);
    return (second.sharesFiles ?? []).flatMap(({ task, files }): Sharing[] => {
      const first = before.has(task) ? tasks.get(task) : undefined;
      return first === undefined ? [] : [{ first, second, files }];
    });
  });
}

/** What the strategy makes of it. */
export function sharingText({ first, second, files }: Sharing, strategy: Strategy): string {
  const outcome = strategy === 'aggressive' ? 'they may conflict when they are merged' : 'they take turns';
  return `${first.title} and ${second.title} write the same files, so that ${outcome}: ${files.join(', ')}`;
}

type Node = GraphLayout['nodes'][number];

const BOW = 40;

/** From side to side between columns, and in a bow beside a column within it, where no dependency leads. */
export function sharingPath(a: Node, b: Node): string {
  const [from, to] = a.x <= b.x ? [a, b] : [b, a];
  const start = from.x + from.width;
  const end = to.x >= start ? to.x : to.x + to.width;
  const handle = to.x >= start ? end - BOW : end + BOW;
  const y = (node: Node): number => node.y + node.height / 2;
  return `M${start} ${y(from)} C${start + BOW} ${y(from)} ${handle} ${y(to)} ${end} ${y(to)}`;
}
