import { isMap, isScalar, parseAllDocuments, Scalar, visit } from "yaml";
import type { Document, Pair, YAMLMap } from "yaml";
import { Folded, keptTags, Spelled } from "./kept.ts";

/** Keys of a document in the order people read them; all others follow as they were written. */
const DOCUMENT_KEYS = ["apiVersion", "kind", "metadata", "type", "immutable", "spec", "data"];
const METADATA_KEYS = ["name", "generateName", "namespace", "labels", "annotations"];

/** A second round can settle blank lines the first one made; more than this never happens. */
const ROUNDS_MAX = 4;

/**
 * The canonical form of a YAML text that was read without errors: two blanks per level, keys in
 * order, documents separated by `---`, comments kept, one line feed at the end. Formatting the
 * result again changes nothing.
 */
export function canonicalYaml(text: string): string {
  let before = text;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const after = formatOnce(before);
    if (after === before) return after;
    before = after;
  }
  return before;
}

function formatOnce(text: string): string {
  const parts: string[] = [];
  // A byte-order mark says nothing in UTF-8.
  for (const document of parseAllDocuments(text.replace(/^\uFEFF/, ""))) {
    if (!("contents" in document)) continue;
    const part = documentText(document);
    if (part !== "") parts.push(part);
  }
  return parts.join("---\n");
}

const LAYOUT = { indent: 2, indentSeq: true, lineWidth: 0, flowCollectionPadding: false } as const;

/** Numbers, words such as `True` and folded text are printed as they were written. */
function keepSpelling(node: Scalar): void {
  const { source, type, value } = node;
  if (type === Scalar.BLOCK_FOLDED && typeof value === "string") node.value = new Folded(value);
  const isPlain = type === Scalar.PLAIN && typeof value !== "string";
  if (isPlain && source !== undefined && source !== "") node.value = new Spelled(source);
}

function documentText(document: Document.Parsed): string {
  const isEmpty = document.contents === null || isEmptyScalar(document.contents);
  const comments = [
    document.commentBefore,
    document.contents?.commentBefore,
    document.contents?.comment,
    document.comment,
  ].filter((item) => typeof item === "string");
  if (isEmpty) return comments.map(commentText).join("\n");
  if (isMap(document.contents)) sortDocument(document.contents);
  document.directives.docStart = null;
  document.schema.tags.unshift(...keptTags);
  visit(document, { Scalar: (_key, node) => keepSpelling(node) });
  const text = document.toString(LAYOUT);
  return `${text.trimEnd()}\n`;
}

const isEmptyScalar = (node: unknown): boolean => isScalar(node) && node.value === null;

const commentText = (comment: string): string =>
  `${comment
    .split("\n")
    .map((line) => `#${line}`)
    .join("\n")}\n`;

function sortDocument(map: YAMLMap): void {
  sortKeys(map, DOCUMENT_KEYS);
  const metadata = map.get("metadata");
  if (isMap(metadata)) sortKeys(metadata, METADATA_KEYS);
}

/** Moves the known keys to the front. A comment above the first key belongs to the whole map. */
function sortKeys(map: YAMLMap, order: readonly string[]): void {
  const rank = (pair: Pair): number => {
    const key: unknown = isScalar(pair.key) ? pair.key.value : pair.key;
    const index = order.indexOf(String(key));
    return index < 0 ? order.length : index;
  };
  const pairs = [...map.items];
  const sorted = pairs.toSorted((left, right) => rank(left) - rank(right));
  if (sorted.every((pair, index) => pair === pairs[index])) return;
  const lead = leadOf(pairs[0]);
  for (const pair of sorted) {
    // A blank line belongs between the parts of the old order, not of the new one.
    if (isScalar(pair.key)) pair.key.spaceBefore = false;
  }
  const first = sorted[0]?.key;
  if (lead !== undefined && isScalar(first)) {
    first.commentBefore = first.commentBefore ? `${lead}\n\n${first.commentBefore}` : lead;
  }
  map.items = sorted;
}

/** Takes the comment off the key that was first: it is about the document, not about the key. */
function leadOf(pair: Pair | undefined): string | undefined {
  if (!isScalar(pair?.key) || !pair.key.commentBefore) return undefined;
  const lead = pair.key.commentBefore;
  pair.key.commentBefore = null;
  return lead;
}
