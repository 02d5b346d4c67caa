/** Ends a switch over a union: a new member that is not handled fails to type-check here. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
