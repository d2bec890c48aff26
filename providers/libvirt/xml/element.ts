/**
 * XML as data. libvirt's documents are built from `element` and turned into text by `render` alone:
 * no text of ours is ever pasted into a template, so a name can never become a device (row T12).
 */
export interface XmlElement {
  /** As written, with its prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Texts are never empty and never stand next to each other. */
  readonly children: readonly XmlNode[];
}

type XmlNode = XmlElement | string;

/** What may be given as a child; undefined ones are left out, numbers become decimal text. */
export type XmlContent = XmlElement | string | number | undefined;

type XmlReason = "character" | "name" | "syntax" | "doctype" | "entity" | "too-deep" | "too-large";

/** A document that cannot be written or read as XML. */
export class XmlError extends Error {
  override readonly name = "XmlError";
  readonly reason: XmlReason;
  constructor(reason: XmlReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const NAME = /^[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?$/;

/** Everything that XML 1.0 cannot hold, not even as a character reference; also half surrogates. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Makes one element; undefined attributes and children are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  ...content: readonly XmlContent[]
): XmlElement {
  const given = new Map<string, string>();
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) given.set(checkedName(key), checkedText(String(value)));
  }
  for (const item of content) if (typeof item === "string") checkedText(item);
  return { name: checkedName(name), attributes: given, children: joinTexts(content) };
}

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw new XmlError("name", `${JSON.stringify(name)} cannot be the name of an XML element`);
}

/** The text as it is; throws where it holds a character that XML has no way to write. */
export function checkedText(text: string): string {
  const found = FORBIDDEN.exec(text);
  if (found === null) return text;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  throw new XmlError(
    "character",
    `character U+${code} at position ${found.index} cannot be written in XML: remove it`,
  );
}

/** Children in their normal form: texts that meet are one, empty ones are none. */
export function joinTexts(content: readonly XmlContent[]): readonly XmlNode[] {
  const nodes: XmlNode[] = [];
  for (const item of content) {
    if (item === undefined || item === "") continue;
    const last = nodes.at(-1);
    if (typeof item === "object") nodes.push(item);
    else if (typeof last === "string") nodes[nodes.length - 1] = last + String(item);
    else nodes.push(String(item));
  }
  return nodes;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
  // A reader turns these into spaces or line feeds unless they are references.
  ["\t", "&#9;"],
  ["\n", "&#10;"],
  ["\r", "&#13;"],
]);

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"'\t\n\r]/g, (character) => ESCAPES.get(character) ?? character);

/** The element as XML text without added white space; `parse` gives the same element back. */
export function render(root: XmlElement): string {
  const attributes = [...root.attributes].map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const head = `<${root.name}${attributes.join("")}`;
  if (root.children.length === 0) return `${head}/>`;
  const inside = root.children.map((node) =>
    typeof node === "string" ? escaped(node) : render(node),
  );
  return `${head}>${inside.join("")}</${root.name}>`;
}
