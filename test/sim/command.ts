/** One process as the command line would run it: plan under no lock, then apply under the lock. */
import type { Entropy } from "../../engine/contract/entropy.ts";
import type { KindRegistry } from "../../engine/contract/kind.ts";
import type { Provider } from "../../engine/contract/provider.ts";
import type { Storage } from "../../engine/contract/storage.ts";
import { settleOpen } from "../../engine/apply/recover.ts";
import { CODES as DIFF_CODES } from "../../engine/diff/codes.ts";
import { diff } from "../../engine/diff/diff.ts";
import { hasErrors } from "../../engine/diagnostics/diagnostic.ts";
import { type ApplyOutcome, applyPlan } from "../../engine/execute.ts";
import type { EventSink } from "../../engine/events/event.ts";
import type { DesiredState } from "../../engine/model/desired.ts";
import type { Plan } from "../../engine/model/plan.ts";
import { observe } from "../../engine/observe/observe.ts";
import type { PlacementResult } from "../../engine/model/placement.ts";
import type { ProblemInput } from "../../engine/place/problem/problem.ts";
import { assemble } from "../../engine/plan/plan.ts";
import type { EnginePorts } from "../../engine/ports.ts";
import { openStore } from "../../engine/record/store.ts";
import { placementResult } from "../support/answers.ts";
import { sha256 } from "../support/builders.ts";
import type { Random } from "./random.ts";
import type { Sim } from "./sim.ts";

export interface Machine {
  readonly sim: Sim;
  readonly disk: Storage;
  readonly provider: () => Provider;
  readonly entropy: Entropy;
  readonly emit: EventSink;
  /** Chooses hosts; absent: nothing needs one. */
  readonly place?: (input: ProblemInput) => PlacementResult;
}

export interface Command {
  readonly desired: DesiredState;
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  /** Told of every plan before it is applied: the approval. */
  readonly onPlan: (plan: Plan, found: readonly string[]) => void;
}

export type CommandEnd =
  | ApplyOutcome
  | { readonly is: "nothing-to-do" }
  | { readonly is: "plan-failed"; readonly codes: readonly string[] };

const NO_KINDS: KindRegistry = {
  kinds: [],
  byKey: () => undefined,
  find: () => undefined,
  byWord: () => [],
};

export async function runCommand(machine: Machine, command: Command): Promise<CommandEnd> {
  const ports = portsOf(machine, command);
  const made = await makePlan(machine, command, ports);
  if ("is" in made) return made;
  const { plan, isNewsFound, found } = made;
  command.onPlan(plan, found);
  // A run without steps still records what has become of open operations.
  if (plan.steps.length === 0 && !isNewsFound) return { is: "nothing-to-do" };
  const request = { plan, operation: "apply", who: "sim", lockTimeoutMs: 0 };
  const options = { parallelism: 10, graceMs: 20_000, failFast: false, abort: command.abort };
  return applyPlan({ ...request, options }, ports);
}

const FOUND = DIFF_CODES.foundUnrecorded.summary;

interface MadePlan {
  readonly plan: Plan;
  /** The reading has settled operations that the state has as open. */
  readonly isNewsFound: boolean;
  /** Objects of ours in no record, as the plan tells people about them. */
  readonly found: readonly string[];
}

async function makePlan(
  { sim, disk, place }: Machine,
  { desired, stop }: Command,
  ports: EnginePorts,
): Promise<MadePlan | Exclude<CommandEnd, ApplyOutcome>> {
  const read = await openStore(disk, ports).read();
  if (hasErrors(read.diagnostics)) return planFailed(read.diagnostics);
  const ids = [...read.value.resources.values()].map((resource) => resource.id);
  const scope = { ids, lineage: read.value.lineage };
  const { clock, emit, digest, observeTimeoutMs } = ports;
  const seams = { clock, emit, digest, signal: stop, timeoutMs: observeTimeoutMs };
  const provider = await ports.openProvider({} as never);
  const world = await observe([provider], scope, seams);
  if (hasErrors(world.diagnostics)) return planFailed(world.diagnostics);
  const recorded = settleOpen(read.value, world.value);
  const observation = world.value;
  const changes = diff({ desired, observation, recorded, mode: "apply" });
  const input = { desired, observation, recorded, diff: changes.value, seed: 1 };
  const plan = assemble({
    ...input,
    placement: place?.(input) ?? placementResult(),
    mode: "apply",
    workspace: "default",
    version: "0.0.0",
    digest,
    createdAt: new Date(sim.now).toISOString(),
    timingMs: {},
    budgets: {},
    lineOf: () => undefined,
  });
  const open = recorded.openOperations.length;
  const found = changes.diagnostics
    .filter(({ summary }) => summary === FOUND)
    .map(({ address = "" }) => address);
  return { plan, found, isNewsFound: open !== read.value.openOperations.length };
}

const planFailed = (
  diagnostics: readonly { readonly code: string }[],
): Exclude<CommandEnd, ApplyOutcome> => ({
  is: "plan-failed",
  codes: diagnostics.map(({ code }) => code),
});

function portsOf({ sim, disk, provider, entropy, emit }: Machine, command: Command): EnginePorts {
  return {
    kinds: NO_KINDS,
    prepareKinds: async () => undefined,
    openProvider: async () => provider(),
    clock: sim.clock(),
    entropy,
    storage: disk,
    digest: sha256,
    emit,
    signal: command.stop,
    workspace: "default",
    version: "0.0.0",
    dataFolder: "",
    baseFolder: "",
    observeTimeoutMs: 60_000,
  };
}

/** Chance as the engine sees it: ids and jitter from the seed. */
export function seededEntropy(random: Random): Entropy {
  const part = (): string => random.u32().toString(16).padStart(8, "0");
  return { u32: () => random.u32(), uuid: () => `${part()}-${part()}-${part()}-${part()}` };
}
