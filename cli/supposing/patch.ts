import { createTwoFilesPatch } from "diff";
import type { SourceDocument, SourceText } from "../../engine/model/document.ts";
import { type JsonValue, objectAt, pointerKeys, stringAt } from "../../engine/model/json.ts";
import { withTextAt } from "../format/set-text.ts";
import type { Supposed } from "./asked.ts";

/** What is supposed as a unified diff, and what of it no document can say. */
interface OverlayPatch {
  readonly text: string;
  readonly leftOut: readonly string[];
}

/**
 * Writes what is supposed into the documents: values where they stand, a drained host as one in
 * maintenance, an added host as a copy of the one it is like. The texts are those that were read.
 */
export function overlayPatch(
  texts: readonly SourceText[],
  documents: readonly SourceDocument[],
  supposed: Supposed,
): OverlayPatch {
  const draft = new Draft(texts, documents);
  const leftOut: string[] = [];
  for (const { path, document, pointer, value } of supposed.places) {
    const found = documents.find(({ source }) => source.path === path && source.index === document);
    const isSet = found !== undefined && draft.set(found, pointerKeys(pointer), value);
    if (!isSet) leftOut.push(`${path} cannot be changed at ${pointer}`);
  }
  for (const name of supposed.drain) {
    const host = hostNamed(documents, name);
    const isSet = host !== undefined && draft.set(host, ["spec", "maintenance"], true);
    if (!isSet) leftOut.push(`host ${name} is not declared, so it cannot be put in maintenance`);
  }
  for (const { name, like } of supposed.add) {
    const host = hostNamed(documents, like);
    if (host === undefined || !draft.copy(host, name)) {
      leftOut.push(`host ${like} is not declared, so ${name} cannot be written like it`);
    }
  }
  for (const name of supposed.fail) leftOut.push(`that host ${name} fails`);
  for (const { text, path } of supposed.added) leftOut.push(`${path}: add ${text.trim()}`);
  return { text: draft.patch(), leftOut };
}

const hostNamed = (
  documents: readonly SourceDocument[],
  name: string,
): SourceDocument | undefined =>
  documents.find(
    ({ value }) =>
      value["kind"] === "Host" && stringAt(objectAt(value, "metadata"), "name") === name,
  );

/** The documents as they might be, each by itself. */
class Draft {
  readonly #texts: readonly SourceText[];
  readonly #documents: readonly SourceDocument[];
  readonly #edited = new Map<SourceDocument, string>();
  readonly #behind = new Map<SourceDocument, string[]>();

  constructor(texts: readonly SourceText[], documents: readonly SourceDocument[]) {
    this.#texts = texts;
    this.#documents = documents;
  }

  /** False when the document is an item of a list, is read-only or has no such place. */
  set(document: SourceDocument, keys: readonly string[], value: JsonValue): boolean {
    if (document.readOnly || this.#isItem(document)) return false;
    const edited = withTextAt(this.#textOf(document), keys, value);
    if (edited !== undefined) this.#edited.set(document, edited);
    return edited !== undefined;
  }

  /** Writes the document once more behind itself, under another name. */
  copy(document: SourceDocument, name: string): boolean {
    if (document.readOnly || this.#isItem(document)) return false;
    const copied = withTextAt(this.#written(document), ["metadata", "name"], name);
    if (copied === undefined) return false;
    this.#behind.set(document, [...(this.#behind.get(document) ?? []), copied]);
    return true;
  }

  patch(): string {
    return this.#texts
      .map(({ path, text }) => {
        const after = this.#after(path, text);
        if (after === text) return "";
        const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, text, after, "", "", {
          context: 3,
        });
        return patch.replace(/^=+\n/, "");
      })
      .join("");
  }

  #after(path: string, text: string): string {
    const changed = new Set([...this.#edited.keys(), ...this.#behind.keys()]);
    const own = [...changed]
      .filter(({ source }) => source.path === path)
      .sort((left, right) => right.source.startOffset - left.source.startOffset);
    let after = text;
    for (const document of own) {
      const { startOffset, endOffset } = document.source;
      const copies = (this.#behind.get(document) ?? []).map((copy) => `---\n${bare(copy)}\n`);
      const head = this.#textOf(document);
      const body = copies.length === 0 ? head : `${head.trimEnd()}\n${copies.join("")}`;
      after = `${after.slice(0, startOffset)}${body}${after.slice(endOffset)}`;
    }
    return after;
  }

  #textOf(document: SourceDocument): string {
    return this.#edited.get(document) ?? this.#written(document);
  }

  #written({ source }: SourceDocument): string {
    const text = this.#texts.find(({ path }) => path === source.path)?.text ?? "";
    return text.slice(source.startOffset, source.endOffset);
  }

  /** Items of a list share one place in the text, which is that of the list. */
  #isItem({ source }: SourceDocument): boolean {
    return this.#documents.some(
      (other) =>
        other.source.path === source.path &&
        other.source.index !== source.index &&
        other.source.startOffset === source.startOffset,
    );
  }
}

/** A document without its separators and the white space around it. */
const bare = (text: string): string => text.replace(/^(?:---[^\n]*\n)+|(?:\n---\s*)+$/g, "").trim();
