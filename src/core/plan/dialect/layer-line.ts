/** What a line such as `Layer 2: Models (45 min) - 4 parallel tasks:` says. */
export interface LayerLine {
  readonly name: string;
  readonly sequential: boolean;
}

const START = /^[^\p{L}\p{N}]*(?:[Ll]ayer|[Pp]hase|[Ww]ave|[Mm]ilestone|LAYER|PHASE|WAVE|MILESTONE) /u;
const NUMBER = /^(?:\d+(?:\.\d+)*|[A-Z]|[IVX]+)(?=$|[\s:.,(–—-])/;
/** What a heading says of its tasks, rather than of its subject. */
const REMARK = /\((?=[^()]{0,80}(?:parallel|sequential|\d ?(?:min|hours?|h|days?|d)\b))[^()]{0,80}\)/gi;
const COUNT = /(?:^|[-–—:,] ?)\d+ (?:(?:parallel|sequential) )?tasks?:?$/i;
const SEQUENTIAL = /\([^()]{0,80}\bsequential\b[^()]{0,80}\)|\b\d+ sequential tasks?\b/i;

export function readLayerLine(text: string): LayerLine | undefined {
  if (text.length > 300) return undefined;
  if (!/layer|phase|wave|milestone/i.test(text)) return undefined;
  const line = text.replace(/\s+/g, ' ').replace(/\*\*/g, '').trim();
  const start = START.exec(line);
  if (start === null) return undefined;
  const number = NUMBER.exec(line.slice(start[0].length));
  if (number === null) return undefined;
  const rest = line.slice(start[0].length + number[0].length);
  const name = rest.replace(REMARK, '').trim().replace(COUNT, '').trim();
  return {
    name: name
      .replace(/^[:.,–—-]+ ?/, '')
      .replace(/ ?:$/, '')
      .trim(),
    sequential: SEQUENTIAL.test(rest),
  };
}
