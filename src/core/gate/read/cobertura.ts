import { childrenOf, descendantsOf, readXml, type XmlElement } from './document.ts';
import { addFile, addLine, countIn, type LineHits } from './line-hits.ts';
import type { Coverage, Read } from './report.ts';

/**
 * Reads Cobertura's XML, also that of coverage.py, c8 and others. Its paths are below its `<source>`; where there are
 * several it does not say below which, so that they are left as they are.
 */
export function readCobertura(text: string): Read<Coverage> {
  const root = readXml(text);
  if (!root.ok) return root;
  const isCobertura = root.value.name === 'coverage' && childrenOf(root.value, 'packages').length > 0;
  if (!isCobertura) return { ok: false, problem: `it is no Cobertura XML: its root is <${root.value.name}>` };
  const hits: LineHits = new Map();
  const folder = sourceOf(root.value);
  for (const type of descendantsOf(root.value, 'class')) {
    const { filename = '' } = type.attributes;
    if (filename === '') return { ok: false, problem: 'it has a class without a file name' };
    const path = isAbsolute(filename) || folder === undefined ? filename : `${folder}/${filename}`;
    addFile(hits, path);
    // The lines of the methods are among those of the class.
    for (const line of childrenOf(type, 'lines').flatMap((lines) => childrenOf(lines, 'line'))) {
      const number = countIn(line.attributes.number);
      const count = countIn(line.attributes.hits);
      if (number === undefined || count === undefined)
        return { ok: false, problem: `it has a line of ${filename} without a number or hits` };
      addLine(hits, path, number, count);
    }
  }
  return { ok: true, value: hits };
}

function sourceOf(root: XmlElement): string | undefined {
  const sources = childrenOf(root, 'sources').flatMap((one) => childrenOf(one, 'source'));
  const [only, ...others] = new Set(sources.map((source) => source.text.trim()).filter((folder) => folder !== ''));
  return only === undefined || others.length > 0 || only === '.' ? undefined : only.replace(/[\\/]+$/, '');
}

function isAbsolute(path: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:)/.test(path);
}
