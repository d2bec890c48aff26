import {
  arrayAt,
  type JsonObject,
  type JsonValue,
  objectAt,
  stringAt,
} from "../../engine/model/json.ts";
import type { KubeObject } from "./kube/types.ts";
import { isBeingDeleted } from "./objects.ts";
import { onOneLine, outputsOf } from "./readiness.ts";

const COUNTS: readonly string[] = ["replicas", "readyReplicas", "upToDateReplicas"];
const CONDITIONS_MAX = 40;

/** What a human wants to see of an object; times are left out, as they move by themselves. */
export function statusOf(object: KubeObject): JsonObject {
  const status = objectAt(object, "status");
  const phase = isBeingDeleted(object) ? "Deleting" : stringAt(status, "phase");
  const version = stringAt(status, "version") ?? stringAt(object, "spec", "topology", "version");
  const conditions = arrayAt(status, "conditions").slice(0, CONDITIONS_MAX).map(conditionOf);
  const outputs = outputsOf(object);
  const wanted = objectAt(object, "spec")["replicas"];
  return {
    ...(phase === undefined ? {} : { phase }),
    ...(version === undefined ? {} : { version }),
    ...countsIn(status),
    ...(wanted === undefined ? {} : { wantedReplicas: wanted }),
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(outputs === undefined ? {} : { endpoint: outputs["endpoint"] }),
  };
}

function conditionOf(value: JsonValue): JsonObject {
  const message = onOneLine(stringAt(value, "message") ?? "");
  return {
    type: stringAt(value, "type") ?? "",
    status: stringAt(value, "status") ?? "",
    reason: stringAt(value, "reason") ?? "",
    ...(message === "" ? {} : { message }),
  };
}

function countsIn(status: JsonObject): JsonObject {
  const parts = [status, objectAt(status, "controlPlane"), objectAt(status, "workers")];
  const [own, plane, workers] = parts.map((part) =>
    Object.fromEntries(COUNTS.flatMap((key) => (key in part ? [[key, part[key]]] : []))),
  );
  return {
    ...own,
    ...(Object.keys(plane ?? {}).length === 0 ? {} : { controlPlane: plane }),
    ...(Object.keys(workers ?? {}).length === 0 ? {} : { workers }),
  };
}
