/** Long work that stops now and then, so that others can have their turn between its steps. */
export type Steps<T> = Generator<undefined, T>;

/** Does it at once, as a whole. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
