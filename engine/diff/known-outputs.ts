import type { Address } from "../model/address.ts";
import type { Change, DiffResult } from "../model/change.ts";
import type { DesiredResource, DesiredState } from "../model/desired.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { isJsonObject } from "../model/json.ts";
import type { UnknownValue } from "../model/plan.ts";
import { outputAt, withKnown } from "../model/unknown.ts";
import type { DecideContext } from "./inputs.ts";

/** A wish whose unknown values are filled in as far as they are known. */
export interface Settled {
  readonly wish: DesiredResource;
  /** Something that nothing in this plan will give. */
  readonly missing: UnknownValue | undefined;
}

/** Actions after which a resource tells its outputs anew, so that what is known is outdated. */
const IS_NEW: ReadonlySet<Change["action"]> = new Set<Change["action"]>(["create", "replace"]);
/** Actions whose call answers with the outputs. */
const TELLS: ReadonlySet<Change["action"]> = new Set<Change["action"]>([
  ...IS_NEW,
  "update",
  "adopt",
]);

/**
 * Puts what the state knows, or the object shows, where a wish takes an output: a second plan is
 * empty. A giver that is made anew by this plan is waited for.
 */
export function settle(
  wish: DesiredResource,
  changeOf: (address: Address) => Change | undefined,
  context: DecideContext,
): Settled {
  if (wish.takesFrom === undefined) return { wish, missing: undefined };
  let missing: UnknownValue | undefined;
  const attributes = withKnown(wish.attributes, (unknown) => {
    const action = changeOf(unknown.from)?.action;
    const value =
      action !== undefined && IS_NEW.has(action) ? undefined : knownOutput(unknown, context);
    if (value === undefined && (action === undefined || !TELLS.has(action))) missing ??= unknown;
    return value;
  });
  return {
    wish: isJsonObject(attributes) ? { ...wish, attributes } : wish,
    missing,
  };
}

/** What the object shows now, else what was recorded: an interrupted run may have recorded none. */
function knownOutput(
  { from, output }: UnknownValue,
  { input, world }: DecideContext,
): JsonValue | undefined {
  const record = input.recorded.resources.get(from);
  if (record === undefined) return undefined;
  const shown = world.byId(record.provider, record.id)?.status["outputs"];
  const outputs = isJsonObject(shown) ? shown : {};
  return outputAt(outputs, output) ?? outputAt(record.outputs, output);
}

/** The wishes as the plan is made for them: with the values that `diff` found to be known. */
export function withSettled(desired: DesiredState, { settled }: DiffResult): DesiredState {
  if (settled === undefined) return desired;
  const resources = new Map(desired.resources);
  for (const [address, attributes] of Object.entries(settled) as [Address, JsonObject][]) {
    const resource = resources.get(address);
    if (resource !== undefined) resources.set(address, { ...resource, attributes });
  }
  return { ...desired, resources };
}
