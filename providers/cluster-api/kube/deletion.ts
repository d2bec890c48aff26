import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringAt,
} from "../../../engine/model/json.ts";
import type { Deletion, DeleteOptions } from "./types.ts";

/** The body of a request to delete; what is undefined is not sent. */
export const deleteOptions = ({
  uid,
  resourceVersion,
  propagation,
  dryRun,
}: DeleteOptions): object => ({
  apiVersion: "v1",
  kind: "DeleteOptions",
  preconditions: { uid, resourceVersion },
  propagationPolicy: propagation,
  dryRun: dryRun === true ? ["All"] : undefined,
});

/** The server answers with a Status, or with the object as it is or was. */
export function readDeletion(body: JsonValue): Deletion {
  const object: JsonObject = isJsonObject(body) ? body : {};
  const deleting = stringAt(object, "metadata", "deletionTimestamp") !== undefined;
  return deleting ? { is: "deleting", object } : { is: "gone" };
}
