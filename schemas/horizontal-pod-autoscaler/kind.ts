import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const horizontalPodAutoscaler: SchemaKind = defineKind({
  group: "autoscaling",
  kind: "HorizontalPodAutoscaler",
  versions: ["v2", "v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
