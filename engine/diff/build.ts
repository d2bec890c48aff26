import { assert } from "../diagnostics/assert.ts";
import type { Address } from "../model/address.ts";
import type { Action, Change, ChangeReason, FieldChange } from "../model/change.ts";
import type { SourcePointer } from "../model/document.ts";
import type { ObservedObject } from "../model/observation.ts";
import { worstTiming } from "./structural.ts";

/** What is known about an address besides the verdict. */
export interface Subject {
  readonly address: Address;
  readonly object: ObservedObject | undefined;
  /** Identity where no object was observed: of the record, or of an open operation. */
  readonly objectId: string | undefined;
  readonly source: SourcePointer | undefined;
}

export interface Verdict {
  readonly action: Action;
  readonly reasons: readonly ChangeReason[];
  readonly fields?: readonly FieldChange[];
  readonly needsHost?: boolean;
  readonly timing?: Change["timing"];
}

const NO_FIELDS: readonly FieldChange[] = Object.freeze([]);
export const NO_REASONS: readonly ChangeReason[] = Object.freeze([]);

export function changeOf(subject: Subject, verdict: Verdict): Change {
  const { object } = subject;
  const fields = verdict.fields ?? NO_FIELDS;
  assert(
    verdict.action !== "update" || fields.length + verdict.reasons.length > 0,
    "an update has a reason",
  );
  return {
    address: subject.address,
    action: verdict.action,
    reasons: verdict.reasons,
    fields,
    timing: verdict.timing ?? worstTiming(fields),
    objectId: object?.id ?? subject.objectId,
    observedRevision: object?.revision,
    observedHost: object?.host,
    needsHost: verdict.needsHost ?? false,
    source: subject.source,
  };
}

export function because(
  code: ChangeReason["code"],
  rest: { readonly path?: string; readonly detail?: string } = {},
): ChangeReason {
  return { code, ...rest };
}
