/** One small world for the tests of this room: wishes, records and objects that agree. */
import type { Address } from "../../../engine/model/address.ts";
import type { Change, Drift } from "../../../engine/model/change.ts";
import type { DesiredResource, DesiredState } from "../../../engine/model/desired.ts";
import type { Host } from "../../../engine/model/host.ts";
import type { PlacementResult } from "../../../engine/model/placement.ts";
import type { Plan, Step } from "../../../engine/model/plan.ts";
import type { RecordedResource, RecordedState } from "../../../engine/model/recorded.ts";
import { type AssembleInput, assemble } from "../../../engine/plan/plan.ts";
import {
  desiredState,
  observation,
  observedOf,
  recordedState,
  sha256,
} from "../../support/builders.ts";
import { placementResult } from "../../support/answers.ts";

export interface Scene {
  readonly wish?: readonly DesiredResource[];
  readonly records?: readonly RecordedResource[];
  readonly changes: readonly Change[];
  readonly drift?: readonly Drift[];
  readonly hosts?: readonly Host[];
  readonly placement?: Partial<PlacementResult>;
  readonly desired?: Partial<DesiredState>;
  readonly recorded?: Partial<RecordedState>;
  readonly input?: Partial<AssembleInput>;
}

/** What `assemble` is given: every record has its object, unless the scene says otherwise. */
export function inputOf(scene: Scene): AssembleInput {
  const records = scene.records ?? [];
  const gone = new Set(
    scene.changes.filter((item) => item.objectId === undefined).map((item) => item.address),
  );
  const objects = records
    .filter((record) => !gone.has(record.address))
    .map((record) => observedOf(record));
  return {
    desired: desiredState(scene.wish ?? [], scene.desired),
    observation: observation(objects, scene.hosts ?? []),
    recorded: recordedState(records, scene.recorded),
    diff: { changes: scene.changes, drift: scene.drift ?? [] },
    placement: placementResult(scene.placement),
    mode: "apply",
    workspace: "default",
    seed: 42,
    version: "0.1.0",
    digest: sha256,
    createdAt: "2026-11-21T10:41:00Z",
    timingMs: { diff: 4 },
    budgets: {},
    lineOf: () => ({ line: 12, column: 3 }),
    ...scene.input,
  };
}

export const planOf = (scene: Scene): Plan => assemble(inputOf(scene));

export function stepAt(plan: Plan, address: Address, verb?: Step["verb"]): Step {
  const found = plan.steps.find(
    (step) => step.address === address && (verb === undefined || step.verb === verb),
  );
  if (found === undefined) throw new Error(`the plan has no step for ${address}`);
  return found;
}

/** True when `later` starts only after `earlier` has ended. */
export function isAfter(plan: Plan, later: Step, earlier: Step): boolean {
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  const seen = new Set<string>();
  const queue = [...later.after];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === earlier.id) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...(byId.get(id)?.after ?? []));
  }
  return false;
}
