// Schemas of the JSON documents that vpac prints, by name; each is loaded when it is asked for.
import type { JsonObject } from "../engine/model/json.ts";

type Load = () => Promise<{ readonly default: unknown }>;

const LOADERS: Readonly<Record<string, Load>> = {
  diagnostics: () => import("./output/diagnostics.v1.schema.json", { with: { type: "json" } }),
  events: () => import("./output/events.v1.schema.json", { with: { type: "json" } }),
  "exit-codes": () => import("./output/exit-codes.v1.schema.json", { with: { type: "json" } }),
  explain: () => import("./output/explain.v1.schema.json", { with: { type: "json" } }),
  hosts: () => import("./output/hosts.v1.schema.json", { with: { type: "json" } }),
  list: () => import("./output/list.v1.schema.json", { with: { type: "json" } }),
  object: () => import("./output/object.v1.schema.json", { with: { type: "json" } }),
  plan: () => import("./output/plan.v1.schema.json", { with: { type: "json" } }),
  providers: () => import("./output/providers.v1.schema.json", { with: { type: "json" } }),
  state: () => import("./output/state.v1.schema.json", { with: { type: "json" } }),
  version: () => import("./output/version.v1.schema.json", { with: { type: "json" } }),
};

/** Names of the documents: `plan` for `vpac.plan/1.0` and so on. */
export const outputNames: readonly string[] = Object.keys(LOADERS);

/** The schema of a document that vpac prints; undefined when there is none of that name. */
export async function outputSchema(name: string): Promise<JsonObject | undefined> {
  const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
  return load === undefined ? undefined : ((await load()).default as JsonObject);
}
