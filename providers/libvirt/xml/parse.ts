import { checkedText, joinTexts, XmlError, type XmlContent, type XmlElement } from "./element.ts";

/** What a document may cost. A larger one is refused before it is worked on. */
export interface XmlLimits {
  readonly depthMax: number;
  /** UTF-16 units of the whole document. */
  readonly lengthMax: number;
  readonly elementsMax: number;
  readonly attributesMax: number;
}

/** Far beyond what libvirt writes: its own limit for a domain is 4 MiB. */
const LIMITS: XmlLimits = {
  depthMax: 64,
  lengthMax: 4 * 1024 * 1024,
  elementsMax: 200_000,
  attributesMax: 256,
};

/** An element that has been opened and not yet closed. */
interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly content: XmlContent[];
}

interface Reader {
  readonly text: string;
  readonly limits: XmlLimits;
  readonly open: Open[];
  at: number;
  elements: number;
  root: XmlElement | undefined;
}

/**
 * Reads one XML document. Comments and processing instructions are skipped; a document type is
 * refused, so there are no entities but the five of XML and numbers. Throws `XmlError`.
 */
export function parse(text: string, limits: Partial<XmlLimits> = {}): XmlElement {
  const within = { ...LIMITS, ...limits };
  if (text.length > within.lengthMax) {
    throw new XmlError(
      "too-large",
      `XML of ${text.length} characters: at most ${within.lengthMax} are read`,
    );
  }
  const lines = checkedText(text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text);
  const start = lines.startsWith("\ufeff") ? 1 : 0;
  const reader: Reader = {
    text: lines,
    limits: within,
    open: [],
    at: start,
    elements: 0,
    root: undefined,
  };
  while (reader.at < lines.length) step(reader);
  const last = reader.open.at(-1);
  if (last !== undefined) throw broken(reader, `<${last.name}> is not closed`);
  if (reader.root === undefined) throw broken(reader, "there is no element");
  return reader.root;
}

function broken(reader: Reader, why: string): XmlError {
  return new XmlError("syntax", `XML cannot be read at position ${reader.at}: ${why}`);
}

/** Reads the text up to the next mark-up, and that. */
function step(reader: Reader): void {
  const { text, at } = reader;
  const next = text.indexOf("<", at);
  const end = next === -1 ? text.length : next;
  if (end > at) readText(reader, text.slice(at, end));
  reader.at = end;
  if (next === -1) return;
  const second = text[next + 1];
  if (second === "/") closeElement(reader);
  else if (second === "?") skipPast(reader, "<?", "?>");
  else if (second === "!") readDeclaration(reader);
  else openElement(reader);
}

function readText(reader: Reader, raw: string): void {
  const into = reader.open.at(-1);
  if (into !== undefined) {
    if (raw.includes("]]>")) throw broken(reader, '"]]>" stands in text');
    into.content.push(decoded(raw));
  } else if (/[^ \t\n]/.test(raw)) {
    throw broken(reader, "there is text outside of the root element");
  }
}

function readDeclaration(reader: Reader): void {
  const { text, at } = reader;
  if (text.startsWith("<!--", at)) {
    skipPast(reader, "<!--", "-->");
  } else if (text.startsWith("<![CDATA[", at)) {
    const into = reader.open.at(-1);
    if (into === undefined) throw broken(reader, "there is text outside of the root element");
    into.content.push(skipPast(reader, "<![CDATA[", "]]>"));
  } else {
    throw new XmlError("doctype", `XML with a document type at position ${at} is not read`);
  }
}

/** Moves behind `end`; the answer is what stands between. */
function skipPast(reader: Reader, start: string, end: string): string {
  const from = reader.at + start.length;
  const found = reader.text.indexOf(end, from);
  if (found === -1) throw broken(reader, `"${end}" is missing`);
  reader.at = found + end.length;
  return reader.text.slice(from, found);
}

// NameStartChar and NameChar of XML 1.0, fifth edition.
const FIRST =
  ":A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff" +
  "\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd" +
  "\\u{10000}-\\u{effff}";
const NAME = `[${FIRST}][${FIRST}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f-\\u2040]*`;
const OPENING = new RegExp(`<(${NAME})`, "uy");
const ATTRIBUTE = new RegExp(
  `[ \\t\\n]+(${NAME})[ \\t\\n]*=[ \\t\\n]*(?:"([^"<]*)"|'([^'<]*)')`,
  "uy",
);
const TAG_END = /[ \t\n]*(\/?)>/y;
const CLOSING = new RegExp(`</(${NAME})[ \\t\\n]*>`, "uy");

function match(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found === null) return undefined;
  reader.at = pattern.lastIndex;
  return found;
}

function openElement(reader: Reader): void {
  const name = match(reader, OPENING)?.[1];
  if (name === undefined) throw broken(reader, '"<" begins no element');
  if (reader.root !== undefined) throw broken(reader, "there is a second root element");
  countElement(reader);
  const attributes = readAttributes(reader);
  const end = match(reader, TAG_END);
  if (end === undefined) throw broken(reader, `the tag <${name}> is malformed`);
  const opened = { name, attributes, content: [] };
  if (end[1] === "/") finish(reader, opened);
  else reader.open.push(opened);
}

function countElement(reader: Reader): void {
  const { depthMax, elementsMax } = reader.limits;
  reader.elements++;
  if (reader.elements > elementsMax) {
    throw new XmlError("too-large", `XML with more than ${elementsMax} elements is not read`);
  }
  if (reader.open.length >= depthMax) {
    throw new XmlError("too-deep", `XML nested more than ${depthMax} deep is not read`);
  }
}

function readAttributes(reader: Reader): ReadonlyMap<string, string> {
  const { attributesMax } = reader.limits;
  const attributes = new Map<string, string>();
  for (;;) {
    const found = match(reader, ATTRIBUTE);
    if (found === undefined) return attributes;
    const [, name = "", inDouble, inSingle] = found;
    if (attributes.has(name)) throw broken(reader, `the attribute ${name} is given twice`);
    if (attributes.size >= attributesMax) {
      throw new XmlError("too-large", `more than ${attributesMax} attributes are not read`);
    }
    attributes.set(name, decoded((inDouble ?? inSingle ?? "").replaceAll(/[\t\n]/g, " ")));
  }
}

function closeElement(reader: Reader): void {
  const name = match(reader, CLOSING)?.[1];
  const opened = reader.open.pop();
  if (name === undefined || opened?.name !== name) {
    throw broken(reader, `the closing tag does not fit <${opened?.name ?? "nothing"}>`);
  }
  finish(reader, opened);
}

function finish(reader: Reader, { name, attributes, content }: Open): void {
  const finished: XmlElement = { name, attributes, children: joinTexts(content) };
  const parent = reader.open.at(-1);
  if (parent === undefined) reader.root = finished;
  else parent.content.push(finished);
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);
const REFERENCE = /&(?:#x([0-9a-fA-F]{1,6});|#([0-9]{1,7});|(amp|lt|gt|quot|apos);)?/g;

function decoded(raw: string): string {
  if (!raw.includes("&")) return raw;
  return raw.replaceAll(REFERENCE, (_whole, hex?: string, decimal?: string, entity?: string) => {
    const known = ENTITIES.get(entity ?? "");
    if (known !== undefined) return known;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (!(code <= 0x10ffff)) {
      throw new XmlError(
        "entity",
        "XML has an entity that is neither a number nor one of the five",
      );
    }
    return checkedText(String.fromCodePoint(code));
  });
}
