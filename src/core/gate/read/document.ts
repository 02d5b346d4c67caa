import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { fields, list, type Fields } from '../../agent/cli/json.ts';
import type { Read } from './report.ts';

/** An element of XML; `text` is its own, without that of its children. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** The root of an XML document; a problem where it is not well-formed. External entities are not followed. */
export function readXml(text: string): Read<XmlElement> {
  const source = withoutMark(text);
  if (source.trim() === '') return { ok: false, problem: 'it is empty' };
  try {
    // The parser takes a document that is cut off; its validator's successor is another package.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const sound = XMLValidator.validate(source);
    if (sound !== true)
      return { ok: false, problem: `it is no XML, damaged or cut off: line ${sound.err.line}: ${sound.err.msg}` };
    const root = elementsOf(PARSER.parse(source)).elements[0];
    return root === undefined ? { ok: false, problem: 'it has no XML element' } : { ok: true, value: root };
  } catch (error) {
    return { ok: false, problem: `it is XML that cannot be read: ${messageOf(error)}` };
  }
}

/** Children of one name. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** Elements of one name at any depth, in the order of the document, those within each other left out. */
export function descendantsOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => (child.name === name ? [child] : descendantsOf(child, name)));
}

/** The object that a JSON document is. */
export function readJson(text: string): Read<Fields> {
  const source = withoutMark(text);
  if (source.trim() === '') return { ok: false, problem: 'it is empty' };
  try {
    const value = fields(JSON.parse(source));
    return value === undefined ? { ok: false, problem: 'it is JSON, but no object' } : { ok: true, value };
  } catch (error) {
    return { ok: false, problem: `it is no JSON, damaged or cut off: ${messageOf(error)}` };
  }
}

const BYTE_ORDER_MARK = '\ufeff';

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const ATTRIBUTES = ':@';
const TEXT = '#text';

// Values stay as they are written: a test may be named `1e3`, and white space is a part of a stack.
const PARSER = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: 1000,
});

/** Of the parser's own shape: `[{ tag: [children], ':@': attributes }, { '#text': text }]`. */
function elementsOf(nodes: unknown): { elements: XmlElement[]; text: string } {
  const elements: XmlElement[] = [];
  let text = '';
  for (const node of list(nodes)) {
    const own = node[TEXT];
    if (typeof own === 'string') text += own;
    const name = Object.keys(node).find((key) => key !== ATTRIBUTES && key !== TEXT);
    if (name === undefined) continue;
    const inner = elementsOf(node[name]);
    const attributes = (fields(node[ATTRIBUTES]) ?? {}) as Record<string, string>;
    elements.push({ name, attributes, children: inner.elements, text: inner.text });
  }
  return { elements, text };
}
