import type { JsonObject } from "../../engine/model/json.ts";
import { NO_RULES, type SchemaKind } from "./define.ts";

/** Kinds that only the engine makes: they have addresses and attributes but no documents. */
export const generatedKinds: readonly SchemaKind[] = [
  generated("ResourcePool", "pool"),
  generated("RegistryProject", "project"),
  generated("Spherelet", "spherelet"),
];

function generated(kind: string, short: string): SchemaKind {
  const description = "Made by vpac; cannot be declared.";
  const schema: JsonObject = { title: kind, description, type: "object" };
  return {
    key: `vpac.dev/${kind}`,
    group: "vpac.dev",
    kind,
    versions: ["v1alpha1"],
    short,
    scope: "cluster",
    role: "plain",
    generatedOnly: true,
    loadSchema: () => Promise.resolve(schema),
    prepare: () => Promise.resolve(),
    validate: () => [],
    references: () => [],
    normalise: (document) => document,
    rules: NO_RULES,
    marks: [],
  };
}
