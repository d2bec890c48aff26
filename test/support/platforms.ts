/** Plans from YAML text over a world in which every step of a plan does what it says. */
import { resolve } from "../../engine/resolve/resolve.ts";
import { diff } from "../../engine/diff/diff.ts";
import { withSettled } from "../../engine/diff/known-outputs.ts";
import { fillUnknown } from "../../engine/apply/outputs.ts";
import type { Host } from "../../engine/model/host.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import type { ObservedObject } from "../../engine/model/observation.ts";
import type { Plan, PlanFinding, Step } from "../../engine/model/plan.ts";
import type { RecordedResource } from "../../engine/model/recorded.ts";
import { place } from "../../engine/place/place.ts";
import { buildProblem } from "../../engine/place/problem/problem.ts";
import { check } from "../../engine/plan/check.ts";
import { assemble } from "../../engine/plan/plan.ts";
import { kinds } from "../../schemas/index.ts";
import { LINEAGE, observation, recordedState, sha256 } from "./builders.ts";
import { specDocuments } from "./specs.ts";

/** What is there and what is recorded of it. */
export interface Platforms {
  readonly hosts: readonly Host[];
  readonly objects: readonly ObservedObject[];
  readonly records: readonly RecordedResource[];
  /** Providers that cannot be read. */
  readonly silent?: readonly string[];
}

export const EMPTY_PLATFORMS: Platforms = { hosts: [], objects: [], records: [] };

export interface Planned {
  readonly plan: Plan;
  readonly findings: readonly PlanFinding[];
  /** Codes of the problems of all stages. */
  readonly codes: readonly string[];
}

export interface PlanningOptions {
  readonly mode?: "apply" | "destroy";
}

/** One plan over the world; documents must be valid, and `prepareKinds` awaited before. */
export function planText(
  text: string,
  world: Platforms,
  { mode = "apply" }: PlanningOptions = {},
): Planned {
  const resolved = resolve(specDocuments(text), { kinds, workspace: "default", digest: sha256 });
  const silent = new Set(world.silent);
  const readings = resolved.value.environment.providers.map(({ name }) => ({
    provider: name,
    complete: !silent.has(name),
    asOf: "1",
    error: undefined,
  }));
  const seen = observation(
    world.objects.filter(({ provider }) => !silent.has(provider)),
    world.hosts.filter(({ provider }) => !silent.has(provider)),
    { readings },
  );
  const recorded = recordedState(world.records);
  const changes = diff({ desired: resolved.value, observation: seen, recorded, mode });
  const desired = withSettled(resolved.value, changes.value);
  const basis = { desired, observation: seen, recorded };
  const placement = place(buildProblem({ ...basis, diff: changes.value, seed: 1 }));
  const plan = assemble({
    ...basis,
    diff: changes.value,
    placement,
    mode,
    workspace: "default",
    seed: 1,
    version: "0",
    digest: sha256,
    createdAt: "2026-11-21T10:00:00Z",
    timingMs: {},
    budgets: {},
    lineOf: () => ({ line: 1, column: 1 }),
  });
  const diagnostics = [...resolved.diagnostics, ...changes.diagnostics];
  return {
    plan,
    findings: check(plan, { ...basis, digest: sha256 }),
    codes: diagnostics.map(({ code }) => code),
  };
}

/** What a step leaves behind; `outputsOf` is what providers answer with. */
export function afterApply(
  plan: Plan,
  world: Platforms,
  outputsOf: (step: Step) => JsonObject = () => ({}),
): Platforms {
  const records = new Map(world.records.map((record) => [record.address, record]));
  const objects = new Map(world.objects.map((object) => [object.id, object]));
  for (const step of plan.steps) {
    const { address, objectId, provider, verb } = step;
    if (verb === "remove") {
      objects.delete(objectId);
      if (records.get(address)?.id === objectId) records.delete(address);
      continue;
    }
    const filled = fillUnknown(step.attributes, (giver) => records.get(giver)?.outputs);
    if (filled.is === "missing") throw new Error(`${address} lacks ${filled.from}`);
    const { attributes } = filled;
    const host = step.host ?? objects.get(objectId)?.host;
    const common = { id: objectId, provider, namespace: step.namespace, name: step.name };
    const revision = `r-${step.id}`;
    objects.set(objectId, {
      ...common,
      kind: step.kind,
      attributes,
      revision,
      tag: { lineage: LINEAGE, address, fence: 1, intent: step.id },
      host,
      power: host === undefined ? undefined : "on",
      active: undefined,
      status: {},
    });
    records.set(address, {
      ...common,
      address,
      kindKey: step.kindKey,
      apiVersion: step.apiVersion,
      kind: step.kind,
      attributes,
      host,
      revision,
      dependsOn: step.record?.dependsOn ?? [],
      owner: step.record?.owner,
      condition: "ok",
      preventDestroy: step.record?.preventDestroy ?? false,
      outputs: outputsOf(step),
    });
  }
  return { ...world, objects: [...objects.values()], records: [...records.values()] };
}
