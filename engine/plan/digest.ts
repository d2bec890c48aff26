import { canonicalJson } from "../model/canonical.ts";
import type { Digest } from "../model/digest.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../model/json.ts";
import type { Plan } from "../model/plan.ts";

/** A plan is JSON by construction; the type system cannot see that through its interfaces. */
export const planJson = (plan: Plan): JsonValue => plan as unknown as JsonValue;

/** Elements of a list that are hashed as one text. */
const CHUNK = 256;
/** Members of members are told apart down to this depth; what is below is hashed as one text. */
const DEPTH = 2;

/**
 * `sha256:` over the plan without the cosmetic `digest`, `createdAt` and `timingMs`. The text of a
 * plan of ten thousand resources is 30 MB, so it is never made as a whole: the digest is over the
 * digests of its parts, each with the place it has.
 */
export function digestOfPlan(plan: Omit<Plan, "digest">, digest: Digest): string {
  const body = { ...plan, digest: undefined, createdAt: undefined, timingMs: undefined };
  const parts: string[] = [];
  const add = (place: string, value: JsonValue | undefined, depth: number): void => {
    if (value === undefined) return;
    if (isJsonObject(value) && depth > 0) {
      for (const key of Object.keys(value).sort()) add(`${place}/${key}`, value[key], depth - 1);
      return;
    }
    if (!isJsonArray(value)) {
      parts.push(`${place} ${digest(canonicalJson(value))}`);
      return;
    }
    parts.push(`${place} ${value.length}`);
    for (let from = 0; from < value.length; from += CHUNK) {
      parts.push(digest(canonicalJson(value.slice(from, from + CHUNK))));
    }
  };
  add("", body as unknown as JsonValue, DEPTH);
  return `sha256:${digest(parts.join("\n"))}`;
}
