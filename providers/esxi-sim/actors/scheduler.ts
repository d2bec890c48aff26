import { compareText } from "../../../engine/model/canonical.ts";
import type { PlanDecision } from "../../../engine/model/plan.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import type { Entry } from "../transaction.ts";
import type { WorldObject } from "../world.ts";

/** Step 3: the list of hosts that passed the filters, ranked, as the plan recorded it. */
export function filterHosts(pod: WorldObject, decision: PlanDecision | undefined): Entry {
  const detail: JsonObject =
    decision === undefined
      ? {}
      : {
          ranked: decision.candidates.toSorted(byRank).map((candidate) => candidate.host),
          rejected: { ...decision.rejectedCounts },
        };
  const event = { step: 3, actor: "scheduler", event: "filter", object: pod.id } as const;
  return {
    changes: [["note", pod.id, { start: { ...pod.start, step: 3 } }]],
    events: [{ ...event, detail: { ...detail, cause: pod.revision } }],
    spendMs: 10,
  };
}

/** Best first; plans of many workloads leave the ranks out and the list as it is. */
function byRank(left: Ranked, right: Ranked): number {
  if (left.rank === undefined || right.rank === undefined) return 0;
  return left.rank - right.rank || compareText(left.host, right.host);
}

type Ranked = PlanDecision["candidates"][number];

/** Step 6: the scheduler extension stores the choice as a binding. */
export function bind(pod: WorldObject): Entry {
  const host = pod.start?.host;
  const event = { step: 6, actor: "scheduler", event: "bind", object: pod.id } as const;
  return {
    changes: [["set", pod.id, { host: host ?? null, start: { ...pod.start, step: 6 } }]],
    events: [{ ...event, detail: { watch: "MODIFIED", host: host ?? "" } }],
    spendMs: 10,
  };
}
