import type { FieldChange } from "../model/change.ts";
import type { DesiredResource } from "../model/desired.ts";
import { pointerOf } from "../model/json.ts";
import type { RecordedResource } from "../model/recorded.ts";
import type { Verdict } from "./build.ts";
import { because, NO_REASONS } from "./build.ts";

/** What the fields ask for would destroy something that is protected. */
export const protectedVerdict = (fields: readonly FieldChange[], detail: string): Verdict => ({
  action: "blocked",
  reasons: [because("protected", { detail })],
  fields,
});

/**
 * The object is as wished; its protection may not be. Once the document is gone only the record
 * says whether the object may be destroyed, so a changed wish has to reach it.
 */
export function protectionVerdict(
  desired: DesiredResource,
  recorded: RecordedResource | undefined,
): Verdict {
  const after = desired.behaviour.preventDestroy;
  const before = recorded?.preventDestroy ?? after;
  if (before === after) return { action: "noop", reasons: NO_REASONS };
  const path = pointerOf("metadata", "annotations", "vpac.dev/prevent-destroy");
  return {
    action: "update",
    reasons: [because("field-changed", { path })],
    fields: [{ path, op: "replace", before, after, timing: "live" }],
    timing: "live",
  };
}
