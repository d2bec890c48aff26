import type { FieldMarkRule } from "../../engine/contract/kind.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

const nodePort: FieldMarkRule = {
  path: "/spec/type",
  provider: "*",
  mark: "warned",
  when: "NodePort",
  why: "A Supervisor opens no ports on its hosts, so a NodePort service works as a ClusterIP one.",
  help: "set spec.type to LoadBalancer or ClusterIP",
};

export const service: SchemaKind = defineKind({
  group: "",
  kind: "Service",
  versions: ["v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  rules: {
    timing: [{ path: "/spec/clusterIP", timing: "replace" }],
    lists: [{ path: "/spec/ports", by: { key: "port" } }],
  },
  marks: [nodePort],
});
