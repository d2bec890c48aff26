import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";

/**
 * The document without members that are null: upstream, a key without a value is as good as
 * absent. List items stay, so that pointers keep their meaning. Shares what needs no change.
 */
export function withoutNulls(document: JsonObject): JsonObject {
  const cleaned = clean(document);
  return isJsonObject(cleaned) ? cleaned : document;
}

function clean(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[];
    let items: JsonValue[] | undefined;
    list.forEach((item, index) => {
      const cleaned = typeof item === "object" && item !== null ? clean(item) : item;
      if (cleaned === item) return;
      items ??= [...list];
      items[index] = cleaned;
    });
    return items ?? list;
  }
  return isJsonObject(value) ? cleanObject(value) : value;
}

function cleanObject(object: JsonObject): JsonObject {
  let result: Record<string, JsonValue | undefined> | undefined;
  for (const key of Object.keys(object)) {
    const item = object[key];
    if (typeof item !== "object") continue;
    const cleaned = item === null ? undefined : clean(item);
    if (cleaned === item) continue;
    result ??= { ...object };
    if (cleaned === undefined) delete result[key];
    else result[key] = cleaned;
  }
  return result ?? object;
}
