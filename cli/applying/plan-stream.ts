import type { EngineEvent, EventSink } from "../../engine/events/event.ts";
import type { FlagValues } from "../command.ts";
import type { Context } from "../context.ts";
import type { Exit } from "../exit.ts";
import { type Planned, planFor } from "../planning.ts";
import { systemClock } from "../wiring/clock.ts";
import { openStream } from "./stream.ts";

interface PlanStreamRequest {
  readonly flags: FlagValues;
  readonly mode: "apply" | "destroy";
  /** Saves the plan where that was asked for, and tells how the command ends. */
  readonly finish: (planned: Planned) => Promise<Exit>;
}

/** `plan -o ndjson`: the same facts as the document, as events in the order they become known. */
export async function streamPlan(context: Context, request: PlanStreamRequest): Promise<Exit> {
  const { flags, mode, finish } = request;
  const clock = systemClock(context.io.env);
  const stream = openStream(context, () => clock.now());
  const emit = (event: EngineEvent): void => stream.emit(event);
  const { signal } = new AbortController();
  const planned = await planFor(context, { flags, mode, emit, signal });
  const exit = await finish(planned);
  tellFacts(planned, emit);
  const none = { added: 0, changed: 0, destroyed: 0, failed: 0, skipped: 0 };
  stream.end(exit, { message: "planned; nothing was changed", ...none });
  return exit;
}

function tellFacts({ outcome: { plan }, diagnostics }: Planned, emit: EventSink): void {
  for (const diagnostic of diagnostics) emit({ type: "diagnostic", diagnostic });
  if (plan === undefined) return;
  for (const drift of plan.drift) emit({ type: "resource_drift", drift });
  for (const change of plan.changes) {
    if (change.action !== "noop") emit({ type: "planned_change", change });
  }
  const { decisions, moves, recommendations } = plan.placement;
  for (const decision of decisions) emit({ type: "placement_decision", decision });
  for (const move of moves.list) emit({ type: "planned_move", move, made: true });
  for (const move of recommendations) emit({ type: "planned_move", move, made: false });
  emit({ type: "change_summary", summary: plan.summary });
}
