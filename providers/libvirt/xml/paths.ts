import { render, type XmlElement } from "./element.ts";
import { parse } from "./parse.ts";

/** Attributes of a `<source>` that are paths of files. */
const PATH_ATTRIBUTES: ReadonlySet<string> = new Set(["file", "path"]);
/** Elements whose text is the path of a file. */
const PATH_ELEMENTS: ReadonlySet<string> = new Set(["kernel", "initrd"]);

/** The document with the files of another host: paths that are listed are exchanged, no others. */
export function withPaths(text: string, paths: ReadonlyMap<string, string>): string {
  return render(exchanged(parse(text), paths));
}

function exchanged(part: XmlElement, paths: ReadonlyMap<string, string>): XmlElement {
  const isSource = part.name === "source";
  const isPath = PATH_ELEMENTS.has(part.name);
  const attributes = [...part.attributes].map(([name, value]): [string, string] => [
    name,
    isSource && PATH_ATTRIBUTES.has(name) ? (paths.get(value) ?? value) : value,
  ]);
  return {
    name: part.name,
    attributes: new Map(attributes),
    children: part.children.map((node) => {
      if (typeof node !== "string") return exchanged(node, paths);
      return isPath ? (paths.get(node.trim()) ?? node) : node;
    }),
  };
}
