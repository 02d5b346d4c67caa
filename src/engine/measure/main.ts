import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { notRun } from '../../core/gate/judge/measured.ts';
import { openRepository } from '../git/preflight.ts';
import { replaceText } from '../replace-text.ts';
import { measureFindings } from './findings.ts';
import { measureFigures } from './figures.ts';
import { measureQuality } from './quality.ts';
import { measureTdd } from './tdd.ts';
import { measureTests } from './tests.ts';
import type { MeasureAnswer, MeasureRequest } from './request.ts';
import { openParser } from './syntax.ts';
import { Work } from './work.ts';

// The measuring program: `node measure.cjs REQUEST`. It is a process of its own, so that parsing holds nobody up, a hostile
// file can hurt nothing but itself, and a crash is seen for what it is. It writes nothing but its answer.

async function main(path: string | undefined): Promise<void> {
  if (path === undefined) throw new Error('usage: node measure.cjs REQUEST');
  const request = JSON.parse(await readFile(path, 'utf8')) as MeasureRequest;
  await replaceText(request.answer, JSON.stringify(await measure(request)));
}

async function measure(request: MeasureRequest): Promise<MeasureAnswer> {
  const { measure: asked } = request.gate;
  const opened = await openRepository(request.repository);
  if (!opened.ok) return notRun('repository', opened.problem.message);
  const work = await Work.open(opened.repository, request);
  if ('problem' in work) return notRun('baseline', work.problem);
  const parser = await openParser(join(__dirname, 'grammars'));
  switch (asked?.kind) {
    case undefined:
      return notRun('measure', 'this gate measures nothing');
    case 'tests':
      return measureTests(request, work);
    case 'tdd':
      return measureTdd(request, asked, work, parser);
    case 'security':
      return measureFindings(request, asked, work, parser);
    case 'performance':
      return measureFigures(request, asked, work);
    case 'quality':
      return measureQuality(request, asked, work, parser);
  }
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
