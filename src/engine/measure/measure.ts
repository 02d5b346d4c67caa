import { notRun } from '../../core/gate/judge/measured.ts';
import { openRepository } from '../git/preflight.ts';
import { measureArtefacts } from './artefacts.ts';
import type { LazyParser } from './code.ts';
import { measureFigures } from './figures.ts';
import { measureFindings } from './findings.ts';
import { measureQuality } from './quality.ts';
import type { MeasureAnswer, MeasureRequest } from './request.ts';
import { openParser, type SyntaxParser } from './syntax.ts';
import { measureTdd } from './tdd.ts';
import { measureTests } from './tests.ts';
import { Work } from './work.ts';

/** Measures what a gate asks for. `grammars`: the folder of the parsers' files. */
export async function measure(request: MeasureRequest, grammars: string): Promise<MeasureAnswer> {
  const { measure: asked } = request.gate;
  const found = await openRepository(request.repository);
  if (!found.ok) return notRun('repository', found.problem.message);
  const work = await Work.open(found.repository, request);
  if ('problem' in work) return notRun('baseline', work.problem);
  let opened: Promise<SyntaxParser> | undefined;
  const parser: LazyParser = () => (opened ??= openParser(grammars));
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
    case 'artefacts':
      return measureArtefacts(request, asked, work);
    case 'quality':
      return measureQuality(request, asked, work, parser);
  }
}
