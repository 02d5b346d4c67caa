import type { opportunityRows } from '../../core/view/opportunities.ts';
import type { OpenPlan } from '../plans.ts';
import type { LanguageHost } from './plan-document.ts';

export type FixedOpportunity = ReturnType<typeof opportunityRows>[number];

interface Sought {
  /** Of the strategy and the number of agents that it was reckoned for. */
  readonly choice: string;
  readonly found: Promise<readonly FixedOpportunity[]>;
  /** Once it is there. */
  value?: readonly FixedOpportunity[];
}

/** How long a plan rests before it is reckoned for the light bulb alone. */
const REST_MS = 500;

/** What would make a plan shorter, reckoned once a version of it. */
export class Opportunities {
  readonly #host: LanguageHost;
  readonly #sought = new WeakMap<OpenPlan, Sought>();

  constructor(host: LanguageHost) {
    this.#host = host;
  }

  /** Waited for only where a person asks; the light bulb, which asks at every step of the cursor, gets what is there. */
  async of(open: OpenPlan, isAsked: boolean): Promise<readonly FixedOpportunity[]> {
    const choice = this.#host.choice(open);
    const key = `${choice.strategy} ${choice.agents}`;
    let sought = this.#sought.get(open);
    if (sought?.choice !== key) {
      const found = isAsked ? this.#reckon(open, choice) : rest().then(() => this.#reckon(open, choice));
      const own: Sought = { choice: key, found };
      void found.then((value) => (own.value = value));
      this.#sought.set(open, own);
      sought = own;
    }
    return sought.value ?? (isAsked ? sought.found : []);
  }

  async #reckon(open: OpenPlan, choice: ReturnType<LanguageHost['choice']>): Promise<readonly FixedOpportunity[]> {
    // Typed over meanwhile: there is another version to be asked about.
    const { opportunityRows } = await import('../../core/view/opportunities.ts');
    return opportunityRows(open.plan, open.graph, open.text, choice);
  }
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST_MS));
}
