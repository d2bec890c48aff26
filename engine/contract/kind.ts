import type { ChangeRules, ProviderConfig } from "../model/desired.ts";
import type { JsonObject, JsonPointer, JsonValue } from "../model/json.ts";

/** What a provider does with one field. */
export type FieldMark = "honoured" | "passed-through" | "warned" | "refused";

/** One violation found by the precompiled validator of a kind, in ajv's words. */
export interface SchemaIssue {
  readonly instancePath: JsonPointer;
  readonly keyword: string;
  readonly params: JsonObject;
  readonly message: string;
}

/** Another resource that a document names. */
export interface Reference {
  readonly pointer: JsonPointer;
  /** Key of the kind, or a short kind where several kinds can serve. */
  readonly kind: string;
  /** Undefined: the kind has no namespace. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** `error`: must be declared, observed or built in. `warn`: may be missing. */
  readonly missing: "error" | "warn";
  /** True when the referring object can only be made after the other. */
  readonly order: boolean;
}

/** One declarable kind: pure functions over data, one folder in schemas/. */
export interface Kind {
  /** `group/Kind`; core kinds are `core/Pod` and so on. */
  readonly key: string;
  readonly group: string;
  readonly kind: string;
  /** Served versions, newest first; `apiVersion` is `group/version`, or `v1` for core. */
  readonly versions: readonly string[];
  /** Kind part of addresses. */
  readonly short: string;
  readonly scope: "namespaced" | "cluster";
  /** How the engine treats it; `plain` objects are kept and passed through. */
  readonly role:
    | "environment"
    | "host"
    | "namespace"
    | "workload"
    | "controller"
    | "cluster"
    | "supervisor"
    | "policy"
    | "plain";
  /** True for kinds that only the engine makes: a document of such a kind is refused. */
  readonly generatedOnly?: true;
  /** JSON schema as published; loaded only when it is asked for. */
  readonly loadSchema: () => Promise<JsonObject>;
  /** Empty when the document fits; issues are capped. */
  readonly validate: (document: JsonObject) => readonly SchemaIssue[];
  /** Semantic checks the schema cannot express; pointers are into the document. */
  readonly check?: (document: JsonObject) => readonly KindIssue[];
  readonly references: (document: JsonObject) => readonly Reference[];
  /** The document with the kind's declared defaults filled in and versions normalised. */
  readonly normalise: (document: JsonObject) => JsonObject;
  readonly rules: ChangeRules;
  /** Marks of fields that are not simply honoured, by provider type. */
  readonly marks: readonly FieldMarkRule[];
}

export interface FieldMarkRule {
  /** Pointer prefix; `*` stands for any key or index. */
  readonly path: JsonPointer;
  readonly provider: ProviderConfig["type"] | "*";
  readonly mark: FieldMark;
  /** Only when the value equals this; absent: whenever the field is present. */
  readonly when?: JsonValue;
  readonly why: string;
  readonly help?: string;
}

/** A semantic problem found by a kind, with the code of the validate catalogue. */
export interface KindIssue {
  readonly code: `VP${number}`;
  readonly severity: "error" | "warning";
  readonly pointer: JsonPointer;
  readonly target?: "key" | "value";
  readonly detail: string;
  readonly help?: readonly string[];
}

export interface KindRegistry {
  readonly kinds: readonly Kind[];
  byKey(key: string): Kind | undefined;
  /** Finds a kind by apiVersion and kind; the version must be served. */
  find(apiVersion: string, kind: string): Kind | undefined;
  /** Finds kinds by short kind (`vm`), kind name (`VirtualMachine`), either case. */
  byWord(word: string): readonly Kind[];
}
