import type { Address } from "../model/address.ts";
import type { UnknownValue } from "../model/plan.ts";
import { outputAt } from "../model/unknown.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";

/** Outputs recorded for an address so far; undefined when nothing is recorded there. */
export type OutputsOf = (address: Address) => JsonObject | undefined;

export type Filled =
  | { readonly is: "filled"; readonly attributes: JsonObject }
  | { readonly is: "missing"; readonly from: string; readonly output: string };

/** Puts values that earlier steps gave where the plan has `unknownUntil: "apply"`. */
export function fillUnknown(attributes: JsonObject, outputsOf: OutputsOf): Filled {
  const missing: { readonly from: string; readonly output: string }[] = [];
  const fill = (value: JsonValue | undefined): JsonValue | undefined => {
    if (isJsonArray(value)) return value.map((item) => fill(item) ?? null);
    if (!isJsonObject(value)) return value;
    if (value["unknownUntil"] !== "apply") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
    }
    const { from, output } = value as unknown as UnknownValue;
    const known = outputAt(outputsOf(from), output);
    if (known === undefined) missing.push({ from, output });
    return known;
  };
  const filled = fill(attributes);
  const [first] = missing;
  if (first !== undefined) return { is: "missing", ...first };
  return { is: "filled", attributes: isJsonObject(filled) ? filled : attributes };
}
