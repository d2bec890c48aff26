import type { DesiredResource } from "../model/desired.ts";
import type { ObservedObject } from "../model/observation.ts";
import { wantedFields } from "./attributes.ts";
import type { Verdict } from "./build.ts";
import { because } from "./build.ts";
import type { DecideContext } from "./inputs.ts";

interface Sides {
  readonly desired: DesiredResource;
  readonly object: ObservedObject | undefined;
}

/**
 * A platform document in a run over an app (row N11): it is looked at, never changed. When the
 * world is not as it says, the platform has to be applied first, by whoever owns it.
 */
export function decideReadOnly({ desired, object }: Sides, context: DecideContext): Verdict {
  const { provider, address, namespace, name } = desired;
  const kind = address.slice(0, address.indexOf("/"));
  const held = object ?? context.world.foreignAt({ provider, kind, namespace, name });
  const refused = (why: string): Verdict => ({
    action: "blocked",
    reasons: [because("protected", { detail: `read-only in this run, and ${why}` })],
  });
  if (held === undefined) return refused("not applied yet");
  const [first] = wantedFields(
    { desired: desired.attributes, recorded: undefined, observed: held.attributes },
    context.compareFor(desired.rules),
  );
  if (first !== undefined) return refused(`${first.path} differs from the platform's documents`);
  return { action: "noop", reasons: [because("protected", { detail: "read-only in this run" })] };
}
