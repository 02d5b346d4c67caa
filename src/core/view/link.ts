import { oneLine } from './print.ts';

/** What a link from outside may ask a window for: nothing that runs anything. */
export type Link =
  /** Of a workspace's folder: relative, with `/` as separator. */
  | { readonly kind: 'open'; readonly plan: string }
  | { readonly kind: 'start'; readonly goal: string }
  | { readonly kind: 'run'; readonly id: string };

const PARAMETERS = { open: 'plan', start: 'goal', run: 'id' } as const;
const LONGEST = { open: 500, start: 2_000, run: 120 } as const;

/** Reads `/open?plan=…`, `/start?goal=…` and `/run?id=…`; a text says why it is none of these. */
export function readLink(path: string, parameters: readonly (readonly [string, string])[]): Link | string {
  const kind = (Object.keys(PARAMETERS) as (keyof typeof PARAMETERS)[]).find((one) => path === `/${one}`);
  if (kind === undefined) return 'Orca knows links to open, start and run.';
  const name = PARAMETERS[kind];
  const other = parameters.find(([key]) => key !== name);
  if (other !== undefined) return `It has a parameter that Orca does not know: ${quote(other[0])}.`;
  const [first, ...more] = parameters.map(([, value]) => value);
  if (first === undefined || more.length > 0) return `It has to say ${name}, once.`;
  if (first.length > LONGEST[kind]) return `Its ${name} is longer than ${LONGEST[kind]} characters.`;
  // What is shown before is to be all that there is.
  if (first !== oneLine(first) || first === '') return `Its ${name} is empty, or is not one plain line.`;
  switch (kind) {
    case 'open':
      return isInside(first) ? { kind, plan: first } : 'Its plan has to be a path inside the workspace.';
    case 'start':
      return { kind, goal: first };
    case 'run':
      return /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/.test(first) ? { kind, id: first } : 'Its id is none of a run.';
  }
}

/** No root, no drive, no scheme, no way up, no home; on Windows `\` separates, too. */
function isInside(path: string): boolean {
  return (
    !/^[~/]|[\\:*?"<>|]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function quote(text: string): string {
  return `"${oneLine(text).slice(0, 40)}"`;
}
