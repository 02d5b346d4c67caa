import type { Span } from '../diagnostic.ts';
import { slug } from '../text/slug.ts';

/** A heading read as a task's. Whether it is one depends on what stands around it: see `outline.ts`. */
export interface TaskHeading {
  /** `id`: `setup: Title`; `numbered`: `Task 3: Title`; `bare`: anything else. */
  readonly form: 'id' | 'numbered' | 'bare';
  readonly id: string;
  readonly idSpan: Span;
  readonly title: string;
  readonly number?: string;
  readonly done: boolean;
  /** Between the brackets of its checkbox. */
  readonly tick?: Span;
}

const LONGEST_ID = 100;
const TICK = /^(?:\[([ xX])\]|(✅))\s+/u;
const ID = /^(\*\*|`)?([\p{L}\p{N}][\p{L}\p{N}._-]*)(?:\*\*|`)?:(?:\*\*)?(?:\s+|$)/u;
const NUMBERED = /^task\s+#?(\d{1,9}(?:\.\d{1,9})*)\s*[:.–—-]\s*(?=\S)/i;
const COUNTED = /^(\d{1,9}(?:\.\d{1,9})*)(?:[.)]|(?<=\.\d+))\s+(?=\S)/;

export function readTaskHeading(text: string, span: Span): TaskHeading {
  let { start, end } = span;
  const tick = TICK.exec(text.slice(start, end));
  if (tick !== null) start += tick[0].length;
  const done = tick !== null && (tick[2] !== undefined || tick[1]?.toLowerCase() === 'x');
  const box = tick?.[1] === undefined ? {} : { tick: { start: span.start + 1, end: span.start + 2 } };
  const words = text.slice(start, end);
  if (words.length > 4 && words.startsWith('**') && words.indexOf('**', 2) === words.length - 2) {
    start += 2;
    end -= 2;
  }

  const rest = text.slice(start, end);
  const named = ID.exec(rest);
  const [, mark = '', id = ''] = named ?? [];
  if (named !== null && id.length <= LONGEST_ID) {
    const title = rest.slice(named[0].length).trim();
    return {
      form: 'id',
      id,
      idSpan: { start: start + mark.length, end: start + mark.length + id.length },
      title: title === '' ? id : title.replaceAll('**', ''),
      done,
      ...box,
    };
  }

  const numbered = NUMBERED.exec(rest);
  const counted = numbered ?? COUNTED.exec(rest);
  const title = rest.slice(counted?.[0].length ?? 0);
  const number = counted?.[1];
  return {
    form: numbered === null ? 'bare' : 'numbered',
    id: [slug(title), number === undefined ? 'task' : `task-${number}`].find((id) => id !== '') ?? 'task',
    idSpan: { start: end - title.length, end },
    title: title.replaceAll('**', ''),
    ...(number !== undefined && { number }),
    done,
    ...box,
  };
}
