import type { JsonObject, JsonPointer } from "./json.ts";

/** One text given to `load`: the content of a file, or of standard input (path `-`). */
export interface SourceText {
  /** As the user would write it, relative to the working directory where possible. */
  readonly path: string;
  readonly text: string;
  /** SHA-256 of the bytes, hexadecimal: the key of the parse cache. */
  readonly sha256: string;
  /** True for platform documents that this run may read but not change (row N11). */
  readonly readOnly?: boolean;
}

/** Where a document stands in its file. Lines are 1-based, offsets are UTF-16 units. */
interface DocumentSource {
  readonly path: string;
  /** Index of the document in its file, from 0. */
  readonly index: number;
  readonly startOffset: number;
  readonly endOffset: number;
  /** Line and column of the first key of the document. */
  readonly line: number;
  readonly column: number;
}

/** One document of a text that was parsed before: everything but the path. */
export interface CachedDocument extends Omit<DocumentSource, "path"> {
  readonly value: JsonObject;
}

/** The documents of one text, kept by the SHA-256 of its bytes. Plain JSON; never changed. */
export interface CachedText {
  readonly documents: readonly CachedDocument[];
}

/** What `load` yields: one YAML document as plain JSON, not yet judged. */
export interface SourceDocument {
  readonly source: DocumentSource;
  readonly value: JsonObject;
  readonly readOnly: boolean;
}

/** What `validate` yields: a document whose kind is known and whose shape is right. */
export interface SpecDocument {
  readonly source: DocumentSource;
  /** The key of the kind in the registry, for example `vmoperator.vmware.com/VirtualMachine`. */
  readonly kindKey: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Undefined for kinds without a namespace; `default` where the user gave none. */
  readonly namespace: string | undefined;
  readonly value: JsonObject;
  readonly readOnly: boolean;
}

/** Where something the plan speaks of was written; a pointer narrows it to a value or a key. */
export interface SourcePointer {
  readonly path: string;
  readonly document: number;
  readonly pointer: JsonPointer;
}
