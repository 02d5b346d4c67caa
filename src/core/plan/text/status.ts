/** Whether a word for a state says that there is nothing left to do: it is done, or it is not to be done. */
export function isOver(status: string): boolean {
  return OVER.test(status.trim());
}

const OVER =
  /^(?:✅|\[x\]|(?:done|completed?|closed|finished|resolved|merged|cancell?ed|deferred|superseded|archived|won'?t ?(?:do|fix))(?![\p{L}\p{N}]))/iu;

/** `done` in the way in which another state is written: `In Progress` becomes `Done`. */
export function doneLike(status: string): string {
  const first = /\p{L}/u.exec(status)?.[0] ?? '';
  if (first === '' || first !== first.toUpperCase() || first === first.toLowerCase()) return 'done';
  return status.length > 1 && status === status.toUpperCase() ? 'DONE' : 'Done';
}
