import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { spansOf } from './reading.ts';

const text = readFileSync(new URL('./samples/bookshop.md', import.meta.url), 'utf8').replaceAll('\r\n', '\n');

it('reads a large plan as it is meant', async () => {
  const { dialect, title, settings, layers, tasks, context, diagnostics } = parsePlan(text);
  const shown = {
    dialect,
    title,
    settings,
    layers: layers.map(({ span, ...layer }) => ({ ...layer, at: text.slice(span.start, span.end) })),
    tasks: tasks.map(({ idSpan, span, estimate, dependsOn, acceptance, marks, ...task }) => ({
      ...task,
      heading: text.slice(idSpan.start, idSpan.end),
      ends: text.slice(0, span.end).split('\n').at(-1),
      marks: marks?.map((mark) => `${text.slice(mark.span.start, mark.span.end)} -> ${mark.done}`),
      estimate: estimate && { ...estimate, span: text.slice(estimate.span.start, estimate.span.end) },
      dependsOn: dependsOn.map((to) => `${to.id} <- ${text.slice(to.span.start, to.span.end)}`),
      acceptance: acceptance.map(({ span: at, ...criterion }) => ({
        ...criterion,
        written: text.slice(at.start, at.end),
      })),
    })),
    context: context.split('\n'),
    diagnostics: diagnostics.map(({ code, severity, span }) => [code, severity, text.slice(span.start, span.end)]),
  };
  await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot('./samples/bookshop.txt');
});

it('reads the same whatever the ends of its lines', () => {
  const plain = parsePlan(text);
  for (const end of ['\r\n', '\r']) {
    const other = text.replaceAll('\n', end);
    const plan = parsePlan(other);
    const read = ({ tasks }: typeof plan) =>
      tasks.map((task) => [
        task.id,
        task.files,
        task.script,
        task.estimate?.minutes,
        task.dependsOn.map(({ id }) => id),
      ]);
    expect(read(plan)).toEqual(read(plain));
    expect(spansOf(plan).map(({ start, end: to }) => other.slice(start, to).replaceAll(end, '\n'))).toEqual(
      spansOf(plain).map(({ start, end: to }) => text.slice(start, to)),
    );
  }
});

it('reads the example of the documentation without complaint', () => {
  const docs = readFileSync(new URL('../../../docs/plan-format.md', import.meta.url), 'utf8');
  const example = /^````markdown\r?\n(.*?)^````\r?$/ms.exec(docs)?.[1] ?? '';
  const plan = parsePlan(example);
  expect(plan.tasks.map(({ id }) => id)).toEqual(['setup-project-structure', 'configure-linting']);
  expect(plan.diagnostics).toEqual([]);
});
