import { podMarks } from "../_shared/pod-rules.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** Jobs by the clock; kept as a plain object and not expanded. */
export const cronJob: SchemaKind = defineKind({
  group: "batch",
  kind: "CronJob",
  versions: ["v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  marks: podMarks("/spec/jobTemplate/spec/template/spec"),
});
