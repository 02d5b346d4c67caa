import type { Strategy } from '../core/plan/plan.ts';
import type { GraphLayout, TaskRow } from '../core/view/model.ts';

/** Two tasks that nothing orders and that write the same files. */
export interface Sharing {
  readonly first: TaskRow;
  readonly second: TaskRow;
  readonly files: readonly string[];
  /** Their work, as it is now, would conflict. */
  readonly foreseen: boolean;
}

/** Each pair once: what is foreseen of its work counts before what the plan says of its files. */
export function sharing(tasks: ReadonlyMap<string, TaskRow>): readonly Sharing[] {
  const before = new Set<string>();
  return [...tasks.values()].flatMap((second) => {
    before.add(second.id);
    const { sharesFiles = [], foreseen } = second;
    const others = new Set([...(foreseen?.others ?? []), ...sharesFiles.map(({ task }) => task)]);
    return [...others].flatMap((other): Sharing[] => {
      const first = before.has(other) ? tasks.get(other) : undefined;
      if (first === undefined) return [];
      const isForeseen = foreseen?.others.includes(other) === true;
      const files = isForeseen
        ? foreseen.files.filter((file) => first.foreseen?.files.includes(file))
        : (sharesFiles.find(({ task }) => task === other)?.files ?? []);
      return [{ first, second, files, foreseen: isForeseen }];
    });
  });
}

/** What the strategy makes of it. */
export function sharingText({ first, second, files, foreseen }: Sharing, strategy: Strategy): string {
  const both = `${first.title} and ${second.title}`;
  if (foreseen) return `${both} would conflict if they were merged now: ${files.join(', ')}`;
  const outcome = strategy === 'aggressive' ? 'they may conflict when they are merged' : 'they take turns';
  return `${both} write the same files, so that ${outcome}: ${files.join(', ')}`;
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
