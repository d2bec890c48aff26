import type { KindIssue } from "../../engine/contract/kind.ts";
import { arrayAt, type JsonObject, member, stringAt } from "../../engine/model/json.ts";
import { memoryBytes } from "../../engine/model/quantity.ts";
import { withObjects } from "../_shared/defaults.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";
import { RULE_BROKEN, issue } from "../_shared/issues.ts";
import { referencesIn } from "../_shared/references.ts";

/** A host is known by its size, or by an address from which the size is read. */
function checkHost(document: JsonObject): KindIssue[] {
  const found: KindIssue[] = [];
  const hasUri = stringAt(document, "spec", "uri") !== undefined;
  for (const field of ["cpu", "memory"]) {
    if (hasUri || member(document, "spec", field) !== undefined) continue;
    const detail = `A host without uri needs ${field}: a simulated host has no other size.`;
    const help = [field === "cpu" ? "add cpu: {coresPerSocket: 16}" : "add memory: 128Gi"];
    found.push(issue(RULE_BROKEN, ["spec"], detail, { target: "key", help }));
  }
  if (amount(document, "spec", "memory") === 0) {
    found.push(issue(RULE_BROKEN, ["spec", "memory"], "A host cannot have no memory."));
  }
  return [...found, ...checkNuma(document)];
}

const amount = (
  document: JsonObject,
  ...path: readonly (string | number)[]
): number | undefined => {
  const value = member(document, ...path);
  return typeof value === "string" || typeof value === "number" ? memoryBytes(value) : undefined;
};

/** NUMA nodes together cannot have more memory than the host. */
function checkNuma(document: JsonObject): KindIssue[] {
  const nodes = arrayAt(document, "spec", "numa");
  const total = amount(document, "spec", "memory");
  if (nodes.length === 0 || total === undefined) return [];
  const sum = nodes.reduce<number>((bytes, node) => {
    const value = member(node, "memory");
    const known = typeof value === "string" || typeof value === "number";
    return bytes + (known ? (memoryBytes(value) ?? 0) : 0);
  }, 0);
  if (sum <= total) return [];
  const detail = `The NUMA nodes have ${sum} bytes of memory together, the host has ${total}.`;
  return [issue(RULE_BROKEN, ["spec", "numa"], detail, { target: "key" })];
}

export const host: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "Host",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "host",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkHost,
  references: (document) => [
    ...referencesIn(document, ["spec", "datastores"], {
      kind: "vpac.dev/Datastore",
      missing: "warn",
      order: false,
    }),
    ...referencesIn(document, ["spec", "networks"], { kind: "net", missing: "warn", order: false }),
  ],
  upgrade: (document) =>
    withObjects(document, [
      ["spec", "reserved"],
      ["spec", "simulated"],
    ]),
  rules: {
    timing: [{ path: "/spec/provider", timing: "replace" }],
    lists: [
      { path: "/spec/taints", by: "set" },
      { path: "/spec/runtimes", by: "set" },
      { path: "/spec/datastores", by: "set" },
      { path: "/spec/networks", by: "set" },
      { path: "/spec/images", by: "set" },
    ],
  },
});
