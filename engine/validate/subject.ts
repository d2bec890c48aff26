import type { Kind } from "../contract/kind.ts";
import type { Diagnostic, SourceRange } from "../diagnostics/diagnostic.ts";
import { formatAddress } from "../model/address.ts";
import type { SourceDocument } from "../model/document.ts";
import { type JsonObject, type JsonPointer, pointerKeys } from "../model/json.ts";
import { stringAt } from "../model/json.ts";

/** A document whose kind is known, with what messages about it need. */
export interface Subject {
  readonly document: SourceDocument;
  readonly kind: Kind;
  /** The document without members that are null. */
  readonly value: JsonObject;
  readonly name: string | undefined;
  /** Undefined for kinds without one; `default` where the document names none. */
  readonly namespace: string | undefined;
  readonly address: string | undefined;
  /** Kind and name, as messages start: `Pod "web"`. */
  readonly words: string;
}

export function subjectOf(document: SourceDocument, kind: Kind, value: JsonObject): Subject {
  const name = stringAt(value, "metadata", "name");
  const namespace =
    kind.scope === "namespaced"
      ? (stringAt(value, "metadata", "namespace") ?? "default")
      : undefined;
  const address =
    name === undefined || name.includes("/")
      ? undefined
      : formatAddress({ kind: kind.short, namespace, name });
  const words = name === undefined ? kind.kind : `${kind.kind} "${name}"`;
  return { document, kind, value, name, namespace, address, words };
}

/** Source and address of a diagnostic about the value (or key) at a pointer. */
export function placeOf(
  subject: Subject,
  pointer: JsonPointer,
  target: "key" | "value",
): Pick<Diagnostic, "source" | "address"> {
  const source: SourceRange = rangeOf(subject.document, pointer, target);
  return subject.address === undefined ? { source } : { source, address: subject.address };
}

export function rangeOf(
  document: Pick<SourceDocument, "source">,
  pointer: JsonPointer,
  target: "key" | "value",
): SourceRange {
  return { path: document.source.path, document: document.source.index, pointer, target };
}

/** A pointer as people write it: `spec.containers[0].image`. */
export function pathWords(pointer: JsonPointer): string {
  let words = "";
  for (const key of pointerKeys(pointer)) {
    if (/^[0-9]+$/.test(key) && words !== "") words += `[${key}]`;
    else if (/^[\w-]+$/.test(key)) words += words === "" ? key : `.${key}`;
    else words += `["${key}"]`;
  }
  return words;
}
