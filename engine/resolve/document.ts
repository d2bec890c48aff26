import type { Kind, KindRegistry } from "../contract/kind.ts";
import type { Diagnostic, Severity } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { CodeEntry } from "../diagnostics/catalogue.ts";
import { assert } from "../diagnostics/assert.ts";
import type { Address } from "../model/address.ts";
import { compareAddress, formatAddress } from "../model/address.ts";
import { compareText } from "../model/canonical.ts";
import type { SourcePointer, SpecDocument } from "../model/document.ts";
import type { JsonObject, JsonPointer } from "../model/json.ts";
import { objectAt } from "../model/json.ts";

export type TextMap = Readonly<Record<string, string>>;

/** One document with its defaults filled in, ready to be resolved. */
export interface Document {
  readonly spec: SpecDocument;
  readonly kind: Kind;
  readonly value: JsonObject;
  readonly address: Address;
  readonly labels: TextMap;
  readonly annotations: TextMap;
}

export const EMPTY_TEXTS: TextMap = Object.freeze({});

/** The members of a map that are texts; numbers and booleans are written out as upstream does. */
export function textMap(value: JsonObject): TextMap {
  const keys = Object.keys(value);
  if (keys.length === 0) return EMPTY_TEXTS;
  if (keys.every((key) => typeof value[key] === "string")) return value as TextMap;
  const texts: Record<string, string> = {};
  for (const key of keys) {
    const item = value[key];
    const isPlain = typeof item === "number" || typeof item === "boolean";
    if (typeof item === "string" || isPlain) texts[key] = String(item);
  }
  return texts;
}

function prepare(spec: SpecDocument, kinds: KindRegistry): Document {
  const kind = kinds.byKey(spec.kindKey);
  assert(kind !== undefined, `the kind ${spec.kindKey} of a valid document is not registered`);
  const value = kind.normalise(spec.value);
  return {
    spec,
    kind,
    value,
    address: formatAddress({ kind: kind.short, namespace: spec.namespace, name: spec.name }),
    labels: textMap(objectAt(value, "metadata", "labels")),
    annotations: textMap(objectAt(value, "metadata", "annotations")),
  };
}

/**
 * Every document normalised, in address order; equal addresses are ordered by kind and place. Of
 * two documents for one resource, which `validate` has refused, the first is kept.
 */
export function prepareDocuments(specs: readonly SpecDocument[], kinds: KindRegistry): Document[] {
  const sorted = sortedDocuments(specs, kinds);
  return sorted.filter((document, index) => {
    const before = sorted[index - 1];
    return before?.address !== document.address || before.kind !== document.kind;
  });
}

function sortedDocuments(specs: readonly SpecDocument[], kinds: KindRegistry): Document[] {
  return specs
    .map((spec) => prepare(spec, kinds))
    .sort(
      (left, right) =>
        compareAddress(left.address, right.address) ||
        compareText(left.kind.key, right.kind.key) ||
        compareText(left.spec.source.path, right.spec.source.path) ||
        left.spec.source.index - right.spec.source.index,
    );
}

export function sourceOf(document: Document, pointer: JsonPointer = ""): SourcePointer {
  return { path: document.spec.source.path, document: document.spec.source.index, pointer };
}

export interface ProblemParts {
  readonly detail: string;
  readonly pointer?: JsonPointer;
  readonly target?: "key" | "value";
  readonly help?: readonly string[];
  readonly severity?: Severity;
  readonly related?: NonNullable<Diagnostic["related"]>;
}

/** A diagnostic at a place of a document. */
export function problemAt(entry: CodeEntry, document: Document, parts: ProblemParts): Diagnostic {
  const { pointer, target, ...rest } = parts;
  return diagnose(entry, {
    ...rest,
    detail: sentence(parts.detail),
    address: document.address,
    source: { ...sourceOf(document, pointer ?? ""), target: target ?? "value" },
  });
}

/** Starts with a capital, unless it starts with an address. */
function sentence(text: string): string {
  return text.startsWith("the ") ? `T${text.slice(1)}` : text;
}

/** Words for a document in a message: `the VirtualMachine "shop/db"`. */
export function named(document: Document): string {
  const { kind, namespace, name } = document.spec;
  return `the ${kind} "${namespace === undefined ? name : `${namespace}/${name}`}"`;
}
