import type { DesiredResource } from "../model/desired.ts";
import type { ObservedObject } from "../model/observation.ts";
import type { UnknownValue } from "../model/plan.ts";
import type { OpenOperation, RecordedResource } from "../model/recorded.ts";

/** The three sides of one declared address. */
export interface Sides {
  readonly desired: DesiredResource;
  readonly recorded: RecordedResource | undefined;
  readonly object: ObservedObject | undefined;
  readonly open: OpenOperation | undefined;
  /** An output that the wish takes and that nothing has told or will tell. */
  readonly missing: UnknownValue | undefined;
}
