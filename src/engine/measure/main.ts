import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceText } from '../replace-text.ts';
import { measure } from './measure.ts';
import type { MeasureRequest } from './request.ts';

// The measuring program: `node measure.cjs REQUEST`. It is a process of its own, so that parsing holds nobody up, a hostile
// file can hurt nothing but itself, and a crash is seen for what it is. It writes nothing but its answer.

async function main(path: string | undefined): Promise<void> {
  if (path === undefined) throw new Error('usage: node measure.cjs REQUEST');
  const request = JSON.parse(await readFile(path, 'utf8')) as MeasureRequest;
  const answer = await measure(request, join(__dirname, 'grammars'));
  await replaceText(request.answer, JSON.stringify(answer));
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
