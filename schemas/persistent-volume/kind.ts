import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, member } from "../../engine/model/json.ts";
import { LOCAL_VOLUME, issue } from "../_shared/issues.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

const REFUSED = ["local", "hostPath", "nfs", "iscsi", "fc", "vsphereVolume"];

function checkVolume(document: JsonObject): KindIssue[] {
  return REFUSED.flatMap((field) => {
    if (member(document, "spec", field) === undefined) return [];
    const detail =
      `A Supervisor mounts volumes of its own storage driver only, so a ${field} volume ` +
      "cannot be used.";
    const help = ["declare a PersistentVolumeClaim with a storage class instead"];
    return [issue(LOCAL_VOLUME, ["spec", field], detail, { target: "key", help })];
  });
}

/** A volume made by hand; those that belong to a host are refused (row X06). */
export const persistentVolume: SchemaKind = defineKind({
  group: "",
  kind: "PersistentVolume",
  versions: ["v1"],
  scope: "cluster",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkVolume,
});
