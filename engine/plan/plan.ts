/**
 * In: the wish, the world, the record, what differs and the chosen hosts. Out: the plan, in which
 * every id, host, argument and order is fixed. It never looks at a clock, a disk or a provider, and
 * never decides what differs or which host is best: other rooms have done that.
 */
import type { Address } from "../model/address.ts";
import type { DiffResult } from "../model/change.ts";
import type { DesiredState } from "../model/desired.ts";
import type { Digest } from "../model/digest.ts";
import type { Host } from "../model/host.ts";
import type { JsonObject } from "../model/json.ts";
import type { Observation } from "../model/observation.ts";
import type { Move, PlacementResult } from "../model/placement.ts";
import type { Plan, PlanBase, PlannedChange, PlanSelection, Step } from "../model/plan.ts";
import type { RecordedState } from "../model/recorded.ts";
import { roomForBoth } from "./capacity.ts";
import { type LineOf, plannedChanges } from "./changes.ts";
import { planPlacement } from "./chart.ts";
import { decide } from "./decide.ts";
import { digestOfPlan } from "./digest.ts";
import { createFirstOf, draftSteps } from "./drafts.ts";
import { type Entry, entriesOf } from "./entry.ts";
import { type BudgetOverrides, budgetCounts, gates, isMove } from "./gates.ts";
import { lineageOf, objectIds } from "./identity.ts";
import { type Unknowns, unknownsIn } from "./literals.ts";
import { type Ordered, order } from "./order.ts";
import { finishSteps } from "./steps.ts";
import { summarise } from "./summary.ts";

export type { BudgetOverrides } from "./gates.ts";

export interface AssembleInput {
  readonly desired: DesiredState;
  readonly observation: Observation;
  readonly recorded: RecordedState;
  readonly diff: DiffResult;
  readonly placement: PlacementResult;
  /** Moves over what the plan leaves that only a human decides on; absent: none. */
  readonly recommended?: readonly Move[];
  /** True: hosts are woken only where what moves needs them, whatever the documents say. */
  readonly isMovesOnly?: boolean;
  readonly mode: "apply" | "destroy";
  readonly workspace: string;
  readonly seed: number;
  /** Version of vpac, written into the plan. */
  readonly version: string;
  readonly digest: Digest;
  /** RFC 3339 in UTC; cosmetic but for the age of the plan. */
  readonly createdAt: string;
  readonly timingMs: Readonly<Record<string, number>>;
  readonly budgets: BudgetOverrides;
  readonly lineOf: LineOf;
  readonly selection?: PlanSelection;
  /** Warnings of the earlier stages, as they go into the document. */
  readonly diagnostics?: readonly JsonObject[];
}

/** Equal input gives a byte-equal plan, whatever the order of maps and lists in it. */
export function assemble(input: AssembleInput): Plan {
  const { desired, recorded, placement, digest, observation, seed } = input;
  const hosts = hostsOf(input);
  const { preventDestroy } = desired.environment;
  const entries = decide(entriesOf(input), { preventDestroy, hosts });
  const active = entries.filter(({ action }) => action !== "noop" && action !== "blocked");
  const unknowns = unknownsOf(entries);
  const inputs = new Map([...unknowns].map(([address, { from }]) => [address, from]));
  const hasRoom = roomForBoth(active, hosts, placement.hosts);
  const createFirst = createFirstOf(active, desired.disruption, hasRoom);
  const set = draftSteps(active, createFirst);
  const { hosts: outlooks, arrivalWaits = [] } = placement;
  const graph = order({ entries: active, set, hosts, outlooks, arrivalWaits, inputs });
  const lineage = lineageOf(
    recorded,
    { workspace: input.workspace, seed, desiredDigest: desired.digest },
    digest,
  );
  const idOf = objectIds({ lineage, seed, recorded, observation, digest });
  const steps = finishSteps(set.drafts, { graph, idOf, restarts: desired.restarts });
  const waves = firstWaves(steps);
  const changes = plannedChanges(entries, {
    waveOf: (entry) => waves.get(entry.address) ?? 0,
    unknownsOf: (entry) => unknowns.get(entry.address),
    isCreateFirst: (entry) => createFirst.has(entry.address),
    orderWarnings: (entry) => orderWarnings(entry, graph),
    lineOf: input.lineOf,
  });
  return finish(input, { lineage, entries, hosts, steps, changes });
}

const SQUEEZED = "It shares its host for a moment with a workload that is about to leave.";
const AT_ONCE = "Its group cannot change wave by wave: something that all of it needs changes too.";

const LATE = "Something that it uses until now is removed before it can be updated.";

function orderWarnings(entry: Entry, { squeezed, atOnce, late }: Ordered): readonly string[] {
  const { group } = entry.desired?.workload ?? {};
  const warnings: string[] = [];
  if (squeezed.has(entry.address)) warnings.push(SQUEEZED);
  if (late.has(entry.address)) warnings.push(LATE);
  if (group !== undefined && atOnce.has(group)) warnings.push(AT_ONCE);
  return warnings;
}

interface Parts {
  readonly lineage: string;
  readonly entries: readonly Entry[];
  readonly hosts: ReadonlyMap<string, Host>;
  readonly steps: readonly Step[];
  readonly changes: readonly PlannedChange[];
}

/** Keys are written in code-unit order, so that printing a large plan needs no sorting. */
function finish(input: AssembleInput, parts: Parts): Plan {
  const { changes, steps, entries, hosts } = parts;
  const { desired, recorded, placement, mode, workspace } = input;
  const recordedCount = recorded.resources.size;
  const base = baseOf(input, parts.lineage);
  const { budgets } = base;
  const isEmpty = ![...desired.resources.values()].some(({ readOnly }) => !readOnly);
  const moves = changes.filter(isMove).length;
  const movesMax = budgets.maxMoves;
  const { recommended = [] } = input;
  const body = {
    base,
    changes,
    createdAt: input.createdAt,
    diagnostics: input.diagnostics ?? [],
    drift: input.diff.drift,
    format: "vpac.plan/1.0" as const,
    generator: { name: "vpac" as const, version: input.version },
    id: planId(input, base, changes),
    mode,
    placement: planPlacement({
      placement,
      entries,
      hosts,
      moves,
      movesMax,
      recommended,
      migration: desired.migration,
    }),
    policy: gates({ changes, mode, workspace, budgets, recordedCount, isEmpty }),
    steps,
    summary: summarise(changes),
    timingMs: input.timingMs,
    workspace,
  };
  return { ...body, digest: digestOfPlan(body, input.digest) };
}

/** Sixteen digits that differ whenever the basis or the set of actions does. */
function planId(input: AssembleInput, base: PlanBase, changes: readonly PlannedChange[]): string {
  const lines = [base.lineage, base.serial, base.stateDigest, base.desiredDigest]
    .concat(base.inventoryDigest, base.seed, input.mode, JSON.stringify(base.budgets))
    .concat(JSON.stringify(base.selection ?? null));
  for (const { action, address } of changes) {
    if (action !== "noop") lines.push(`${action} ${address}`);
  }
  return input.digest(`plan|${lines.join("\n")}`).slice(0, 16);
}

function baseOf(input: AssembleInput, lineage: string): PlanBase {
  const { desired, recorded, observation, seed, budgets, selection } = input;
  const { environment } = desired;
  const configs = new Map(environment.providers.map((config) => [config.name, config]));
  return {
    budgets: budgetCounts(environment.budgets, budgets, recorded.resources.size),
    desiredDigest: desired.digest,
    expiresAfterMs: environment.planMaxAgeMs,
    inventoryDigest: observation.digest,
    lineage,
    providers: observation.readings.map(({ provider, complete, error }) => ({
      complete,
      ...(error === undefined ? {} : { error: error.message }),
      name: provider,
      settings: configs.get(provider)?.settings ?? {},
      type: configs.get(provider)?.type ?? "",
    })),
    seed,
    ...(selection === undefined ? {} : { selection }),
    serial: recorded.serial,
    stateDigest: recorded.digest,
  };
}

/**
 * Hosts as this plan leaves them: the documents speak where it carries them out, but cannot bring
 * back a host that is out.
 */
function hostsOf({ desired, observation, diff }: AssembleInput): Map<string, Host> {
  const hosts = new Map(observation.hosts.map((host) => [host.name, host]));
  for (const { address, action } of diff.changes) {
    const { host } = desired.resources.get(address) ?? {};
    if (host === undefined || action === "blocked") continue;
    const observed = hosts.get(host.name)?.connection ?? "connected";
    const connection = observed === "connected" ? host.connection : observed;
    hosts.set(host.name, connection === host.connection ? host : { ...host, connection });
  }
  return hosts;
}

function unknownsOf(entries: readonly Entry[]): Map<Address, Unknowns> {
  const unknowns = new Map<Address, Unknowns>();
  for (const { action, address, desired } of entries) {
    if (action === "noop" || action === "delete" || desired === undefined) continue;
    const found = unknownsIn(desired.attributes);
    if (found.from.length > 0) unknowns.set(address, found);
  }
  return unknowns;
}

function firstWaves(steps: readonly Step[]): Map<Address, number> {
  const waves = new Map<Address, number>();
  for (const { address, wave } of steps) {
    const known = waves.get(address);
    if (known === undefined || wave < known) waves.set(address, wave);
  }
  return waves;
}
