/** The fewest agents that reach a share of the speed that the most of them reach. */
export interface Knee {
  readonly agents: number;
  /** Of the fastest, 0 to 1. */
  readonly share: number;
  readonly most: number;
}

/** `3 agents reach 92 % of the speed of 6`; undefined where as many as reach the most are needed for it. */
export function kneeText({ agents, share, most }: Knee): string | undefined {
  if (most === agents) return undefined;
  const reach = agents === 1 ? '1 agent reaches' : `${agents} agents reach`;
  return `${reach} ${Math.floor(share * 100)} % of the speed of ${most}`;
}

const ENOUGH = 0.9;

/** Where more agents hardly help: the fewest that reach nine tenths of the speed of the most. */
export function kneeOf(choices: readonly { readonly agents: number; readonly minutes: number }[]): Knee | undefined {
  const sorted = [...choices].sort((a, b) => a.agents - b.agents);
  const fastest = Math.min(...sorted.map(({ minutes }) => minutes));
  const most = sorted.find(({ minutes }) => minutes === fastest);
  const found = sorted.find(({ minutes }) => minutes * ENOUGH <= fastest);
  if (most === undefined || found === undefined || fastest <= 0) return undefined;
  return { agents: found.agents, share: fastest / found.minutes, most: most.agents };
}
