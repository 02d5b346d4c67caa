// The tests of one file, in the order in which it declares them. There is no test library inside an extension host
// that would also do outside of it, and this is all that is needed.

export interface Outcome {
  readonly name: string;
  readonly ms: number;
  /** The stack of what was thrown; absent when the test passed. */
  readonly error?: string;
}

export interface TestOptions {
  readonly timeoutMs?: number;
}

type Body<Context> = (context: Context, signal: AbortSignal) => Promise<void> | void;

export function createTests<Context>(defaultTimeoutMs: number) {
  const declared: { name: string; body: Body<Context>; timeoutMs: number }[] = [];

  /** The signal is aborted when the test's time is over: whatever it waits for should then end. */
  function test(name: string, body: Body<Context>, options: TestOptions = {}): void {
    declared.push({ name, body, timeoutMs: options.timeoutMs ?? defaultTimeoutMs });
  }

  /** Runs each test in a context of its own; `around` makes one, and may look at the outcome before it is reported. */
  async function runTests(
    around: (name: string, run: (context: Context) => Promise<Outcome>) => Promise<Outcome>,
    report: (outcome: Outcome) => void,
  ): Promise<void> {
    for (const { name, body, timeoutMs } of declared)
      report(await around(name, (context) => attempt(name, timeoutMs, async (signal) => body(context, signal))));
  }

  return { test, runTests };
}

async function attempt(
  name: string,
  timeoutMs: number,
  body: (signal: AbortSignal) => Promise<void>,
): Promise<Outcome> {
  const start = performance.now();
  const elapsed = () => Math.round(performance.now() - start);
  const time = new AbortController();
  const timer = setTimeout(() => {
    time.abort(new Error(`Not over after ${timeoutMs} ms.`));
  }, timeoutMs);
  const timeout = new Promise<never>((_, reject) => {
    time.signal.addEventListener('abort', () => {
      reject(time.signal.reason as Error);
    });
  });
  try {
    await Promise.race([body(time.signal), timeout]);
    return { name, ms: elapsed() };
  } catch (error) {
    return { name, ms: elapsed(), error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
