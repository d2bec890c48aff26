import type { Kind, KindRegistry } from "../contract/kind.ts";
import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { compareText } from "../model/canonical.ts";
import type { SourceDocument } from "../model/document.ts";
import type { JsonPointer } from "../model/json.ts";
import { CODES } from "./codes.ts";
import { rangeOf } from "./subject.ts";

export type Selected =
  | { readonly kind: Kind; readonly diagnostics: readonly [] }
  | { readonly kind: undefined; readonly diagnostics: readonly Diagnostic[] };

/** Finds the kind of a document before anything else is judged, so that errors stay few. */
export function selectKind(document: SourceDocument, kinds: KindRegistry): Selected {
  const { apiVersion, kind } = document.value;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return noHead(document);
  const found = kinds.find(apiVersion, kind);
  if (found === undefined) return unknownKind(document, apiVersion, kind, kinds);
  if (found.generatedOnly !== true) return { kind: found, diagnostics: [] };
  const detail = `${kind} is made by vpac from other documents and cannot be declared.`;
  return refuse(document, "/kind", CODES.kindGenerated, { detail, help: [] });
}

interface Words {
  readonly detail: string;
  readonly help: readonly string[];
}

function refuse(
  document: SourceDocument,
  pointer: JsonPointer,
  entry: CodeEntry,
  words: Words,
): Selected {
  const source = rangeOf(document, pointer, pointer === "" ? "key" : "value");
  return { kind: undefined, diagnostics: [diagnose(entry, { source, ...words })] };
}

function noHead(document: SourceDocument): Selected {
  const missing = ["apiVersion", "kind"].filter((key) => document.value[key] === undefined);
  if (missing.length === 0) {
    const wrong = typeof document.value["apiVersion"] === "string" ? "kind" : "apiVersion";
    const detail = `${wrong} must be text, since it says what the document is.`;
    return refuse(document, `/${wrong}`, CODES.headMissing, { detail, help: [] });
  }
  const detail =
    `The document has no ${missing.join(" and no ")}, so it cannot be told ` + "what it is.";
  const help = ["start it with apiVersion and kind, or leave the file out"];
  return refuse(document, "", CODES.headMissing, { detail, help });
}

function unknownKind(
  document: SourceDocument,
  apiVersion: string,
  kind: string,
  kinds: KindRegistry,
): Selected {
  const named = kinds.kinds.filter((known) => known.kind === kind);
  if (named.length > 0) return otherVersion(document, apiVersion, kind, named);
  const declarable = kinds.kinds.filter((known) => known.generatedOnly !== true);
  const near = suggest(kind, new Set(declarable.map((known) => known.kind)));
  const help = near === undefined ? [] : [`write kind: ${near}`];
  const detail = `There is no kind "${kind}" in ${apiVersion}.`;
  return refuse(document, "/kind", CODES.kindUnknown, { detail, help });
}

/** The kind exists; its group or its version differs. */
function otherVersion(
  document: SourceDocument,
  apiVersion: string,
  kind: string,
  named: readonly Kind[],
): Selected {
  const served = named.flatMap(apiVersionsOf).sort(compareText);
  const near = suggest(apiVersion, served) ?? named.flatMap(apiVersionsOf)[0] ?? "";
  const sameGroup = named.some((known) => known.group === groupOf(apiVersion));
  const detail = sameGroup
    ? `${kind} is not served in version ${apiVersion}; it is in ${served.join(", ")}.`
    : `${kind} is not a kind of ${apiVersion}; it belongs to ${served.join(", ")}.`;
  return refuse(document, "/apiVersion", CODES.versionNotServed, {
    detail,
    help: [`write apiVersion: ${near}`],
  });
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";

const apiVersionsOf = (kind: Kind): string[] =>
  kind.versions.map((version) => (kind.group === "" ? version : `${kind.group}/${version}`));
