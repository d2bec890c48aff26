import type { FieldMarkRule, Kind, KindIssue, Reference } from "../../engine/contract/kind.ts";
import type { SchemaIssue } from "../../engine/contract/kind.ts";
import type { ChangeRules } from "../../engine/model/desired.ts";
import type { JsonObject, JsonPointer } from "../../engine/model/json.ts";
import { stringAt } from "../../engine/model/json.ts";
import { type DefaultNode, fillDefaults } from "./defaults.ts";
import { indexLimits, type LimitIndex, type VersionLimit, versionIssues } from "./versions.ts";

/** What `tools/generate-schemas.mjs` writes into `validate.gen.js`. */
interface GeneratedModule {
  readonly validate: GeneratedValidator;
  readonly marks: readonly FieldMarkRule[];
  readonly versions: readonly VersionLimit[];
  readonly defaults: DefaultNode;
}

interface GeneratedValidator {
  (document: unknown): boolean;
  readonly errors?: readonly (Omit<SchemaIssue, "message"> & { readonly message?: string })[];
}

/** A kind of this folder: its validator is loaded on demand, once. */
export interface SchemaKind extends Kind {
  readonly prepare: () => Promise<void>;
}

export interface KindParts {
  /** Empty for core kinds. */
  readonly group: string;
  readonly kind: string;
  readonly versions: readonly string[];
  readonly short?: string;
  readonly scope?: Kind["scope"];
  readonly role?: Kind["role"];
  readonly schema: () => Promise<{ readonly default: unknown }>;
  readonly validator: () => Promise<unknown>;
  readonly check?: (document: JsonObject) => readonly KindIssue[];
  readonly references?: (document: JsonObject) => readonly Reference[];
  /** Runs before the defaults are filled in; the version is the newest one afterwards. */
  readonly upgrade?: (document: JsonObject) => JsonObject;
  readonly rules?: Partial<ChangeRules>;
  /** Rules that take the place of generated ones with the same path and provider. */
  readonly marks?: readonly FieldMarkRule[];
}

/** Enough to show what is wrong with a document; the rest is more of the same. */
const ISSUES_MAX = 100;

export const NO_RULES: ChangeRules = {
  timing: [],
  lists: [],
  sensitive: [],
  replaceOrder: "delete-first",
};

/** Completes the parts of a kind: validator on demand, marks, defaults, namespace reference. */
export function defineKind(parts: KindParts): SchemaKind {
  const { group, kind, versions, scope = "namespaced", check } = parts;
  const key = `${group === "" ? "core" : group}/${kind}`;
  const newest = apiVersionOf(group, versions[0] ?? "");
  let loaded: GeneratedModule | undefined;
  let marks: readonly FieldMarkRule[] | undefined;
  let limits: LimitIndex | undefined;
  const generated = (): GeneratedModule => {
    if (loaded === undefined) throw new Error(`kind ${key} is used before it was prepared`);
    return loaded;
  };
  return {
    key,
    group,
    kind,
    versions,
    short: parts.short ?? kind.toLowerCase(),
    scope,
    role: parts.role ?? "plain",
    loadSchema: async () => (await parts.schema()).default as JsonObject,
    prepare: async () => {
      loaded ??= (await parts.validator()) as GeneratedModule;
    },
    validate: (document) => {
      limits ??= indexLimits(generated().versions);
      return judge(document, generated(), limits);
    },
    ...(check === undefined ? {} : { check }),
    references: (document) => [
      ...(scope === "namespaced" ? namespaceReference(document) : []),
      ...(parts.references?.(document) ?? []),
    ],
    normalise: (document) => {
      const upgraded = parts.upgrade?.(document) ?? document;
      const filled = fillDefaults(upgraded, generated().defaults);
      return { ...filled, apiVersion: newest };
    },
    rules: { ...NO_RULES, ...parts.rules },
    get marks(): readonly FieldMarkRule[] {
      marks ??= mergeMarks(generated().marks, parts.marks ?? []);
      return marks;
    },
  };
}

/** `group/version`, or the version alone for core kinds. */
export const apiVersionOf = (group: string, version: string): string =>
  group === "" ? version : `${group}/${version}`;

function judge(
  document: JsonObject,
  generated: GeneratedModule,
  limits: LimitIndex,
): readonly SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  if (!generated.validate(document)) {
    for (const { instancePath, keyword, params } of generated.validate.errors ?? []) {
      if (issues.length === ISSUES_MAX) break;
      const word = keyword === "x-closed" ? "additionalProperties" : keyword;
      issues.push({ instancePath, keyword: word, params, message: word });
    }
  }
  if (generated.versions.length > 0) issues.push(...versionIssues(document, limits));
  return issues;
}

function namespaceReference(document: JsonObject): Reference[] {
  const given = stringAt(document, "metadata", "namespace");
  const pointer: JsonPointer = given === undefined ? "/metadata/name" : "/metadata/namespace";
  const name = given ?? "default";
  return [{ pointer, kind: "ns", namespace: undefined, name, missing: "error", order: true }];
}

function mergeMarks(
  generated: readonly FieldMarkRule[],
  own: readonly FieldMarkRule[],
): readonly FieldMarkRule[] {
  if (own.length === 0) return generated;
  const keyOf = ({ path, provider }: FieldMarkRule): string => `${provider} ${path}`;
  const replaced = new Set(own.map(keyOf));
  return [...generated.filter((rule) => !replaced.has(keyOf(rule))), ...own];
}
