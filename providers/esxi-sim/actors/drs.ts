import type { JsonObject } from "../../../engine/model/json.ts";
import type { PlanDecision } from "../../../engine/model/plan.ts";
import type { Entry } from "../transaction.ts";
import type { WorldObject } from "../world.ts";

/**
 * Step 4: DRS chooses inside the ranked list. The choice was made by the plan; the record keeps the
 * list with the score terms of every host (P04).
 */
export function choose(pod: WorldObject, host: string, decision: PlanDecision | undefined): Entry {
  const detail: JsonObject =
    decision === undefined
      ? { chosen: host }
      : {
          chosen: host,
          decidedBy: decision.decidedBy,
          scores: decision.candidates.map(({ host: name, score, rank, terms }) => ({
            host: name,
            score,
            rank,
            terms: { ...terms },
          })),
        };
  return {
    changes: [["note", pod.id, { start: { ...pod.start, step: 4, host } }]],
    events: [{ step: 4, actor: "drs", event: "choose", object: pod.id, detail }],
    spendMs: 20,
  };
}
