import { childrenOf, descendantsOf, readXml } from './document.ts';
import { addFile, addLine, countIn, type LineHits } from './line-hits.ts';
import type { Coverage, Read } from './report.ts';

/**
 * Reads JaCoCo's XML. It counts instructions and not runs: a line of which an instruction was run has a hit. Paths are
 * those of the packages, which are below a source folder that it does not name.
 */
export function readJaCoCo(text: string): Read<Coverage> {
  const root = readXml(text);
  if (!root.ok) return root;
  if (root.value.name !== 'report')
    return { ok: false, problem: `it is no JaCoCo XML: its root is <${root.value.name}>` };
  const hits: LineHits = new Map();
  for (const group of descendantsOf(root.value, 'package'))
    for (const file of childrenOf(group, 'sourcefile')) {
      const path = [group.attributes.name ?? '', file.attributes.name ?? ''].filter((part) => part !== '').join('/');
      if (path === '') return { ok: false, problem: 'it has a source file without a name' };
      addFile(hits, path);
      for (const line of childrenOf(file, 'line')) {
        const number = countIn(line.attributes.nr);
        const covered = countIn(line.attributes.ci);
        if (number === undefined || covered === undefined)
          return { ok: false, problem: `it has a line of ${path} without a number or a count` };
        addLine(hits, path, number, covered > 0 ? 1 : 0);
      }
    }
  return { ok: true, value: hits };
}
