import { readFile } from 'node:fs/promises';
import type { FigureSpec, Measure } from '../../core/gate/gate.ts';
import { judgeFigures } from '../../core/gate/judge/figures.ts';
import { figuresByPath, figuresByPattern } from '../../core/gate/read/figure.ts';
import type { Read } from '../../core/gate/read/report.ts';
import { checkOf } from '../../core/gate/verdict.ts';
import type { MeasureAnswer, MeasureRequest, Run } from './request.ts';
import type { Work } from './work.ts';

/** A benchmark that does not end well has measured nothing. */
export async function measureFigures(
  { gate, now, samples = { now: [now], before: [] } }: MeasureRequest,
  { figures }: Extract<Measure, { kind: 'performance' }>,
  work: Work,
): Promise<MeasureAnswer> {
  const judged = judgeFigures(
    await Promise.all(
      figures.map(async (spec) => ({
        spec,
        now: await valuesOf(spec, samples.now),
        ...(spec.tolerance !== undefined && { before: await valuesOf(spec, samples.before) }),
      })),
    ),
  );
  // A figure has no line; the benchmark that measures it is where to begin to look.
  const path = gate.commands.flatMap(({ argv }) => argv).find((word) => work.files.has(word.replace(/^\.\//, '')));
  const place = path === undefined ? {} : { path: path.replace(/^\.\//, ''), line: 1 };
  return { ...judged, findings: await work.own(judged.findings.map((finding) => ({ ...finding, ...place }))) };
}

async function valuesOf(spec: FigureSpec, runs: readonly Run[]): Promise<Read<readonly number[]>> {
  const values: number[] = [];
  for (const run of runs) {
    const read = await valuesIn(spec, run);
    if (!read.ok) return read;
    values.push(...read.value);
  }
  return { ok: true, value: values };
}

async function valuesIn({ json, regex, file }: FigureSpec, { ran, files }: Run): Promise<Read<readonly number[]>> {
  const ended = ran.map(({ label, outcome }) => checkOf(label, outcome)).find(({ verdict }) => verdict !== 'passed');
  if (ended !== undefined) return { ok: false, problem: `${ended.label}: ${ended.note}` };
  const written = files.find(({ name }) => name === file);
  const paths = file === undefined ? ran.map(({ log }) => log) : [written?.file];
  const texts: string[] = [];
  for (const path of paths) {
    if (path === undefined) return { ok: false, problem: `${file ?? ''} ${written?.problem ?? 'was not written'}` };
    texts.push(await readFile(path, 'utf8'));
  }
  const text = texts.join('\n');
  return json === undefined ? figuresByPattern(text, regex ?? '') : figuresByPath(text, json);
}
