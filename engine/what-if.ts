/** Documents as they might be: what a what-if plans over instead of what is written. */
import type { Digest } from "./model/digest.ts";
import type { SourceDocument, SourceText } from "./model/document.ts";
import { type JsonPointer, type JsonValue, pointerKeys } from "./model/json.ts";
import { withValue } from "./resolve/set-value.ts";

/** One value of one document, by the place of the document. */
export interface DocumentEdit {
  readonly path: string;
  /** Index of the document in its text. */
  readonly document: number;
  readonly pointer: JsonPointer;
  readonly value: JsonValue;
}

/**
 * The texts with the edits made; documents that are edited are written as JSON, the rest stays as
 * it is. Undefined when an edit leads through a plain value or past the end of a list.
 */
export function editTexts(
  texts: readonly SourceText[],
  documents: readonly SourceDocument[],
  { edits, digest }: { readonly edits: readonly DocumentEdit[]; readonly digest: Digest },
): readonly SourceText[] | undefined {
  const values = new Map<SourceDocument, JsonValue>();
  for (const { path, document, pointer, value } of edits) {
    const found = documents.find(({ source }) => source.path === path && source.index === document);
    if (found === undefined) return undefined;
    const edited = withValue(values.get(found) ?? found.value, pointerKeys(pointer), value);
    if (edited === undefined) return undefined;
    values.set(found, edited);
  }
  return texts.map((text) => editText(text, documents, { values, digest }));
}

function editText(
  text: SourceText,
  documents: readonly SourceDocument[],
  { values, digest }: { readonly values: ReadonlyMap<SourceDocument, JsonValue>; digest: Digest },
): SourceText {
  const own = documents.filter(({ source }) => source.path === text.path);
  const starts = own.filter((item) => values.has(item)).map(({ source }) => source.startOffset);
  if (starts.length === 0) return text;
  let edited = text.text;
  // From the last to the first, so that the places of those before stay right.
  for (const start of [...new Set(starts)].sort((left, right) => right - left)) {
    // The items of a list share one place in the text.
    const together = own.filter(({ source }) => source.startOffset === start);
    const end = together[0]?.source.endOffset ?? start;
    const written = together.map(
      (item) => `---\n${JSON.stringify(values.get(item) ?? item.value)}\n`,
    );
    edited = `${edited.slice(0, start)}${written.join("")}${edited.slice(end)}`;
  }
  return { ...text, text: edited, sha256: digest(edited) };
}
