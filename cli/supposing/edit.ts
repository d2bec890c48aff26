import type { JsonPointer, JsonValue } from "../../engine/model/json.ts";

/** One value of one document as it might be. */
export interface Edit {
  readonly address: string;
  readonly path: JsonPointer;
  /** Undefined where nothing is written. */
  readonly from: JsonValue | undefined;
  readonly to: JsonValue;
}

/** A number, true, false, null, a list or an object as in JSON; everything else is a text. */
export function valueOf(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
