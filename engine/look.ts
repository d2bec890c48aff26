/** Reads what is recorded and what is there, and computes the use of every host; plans nothing. */
import { assert } from "./diagnostics/assert.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { sortDiagnostics } from "./diagnostics/sort.ts";
import { settleOpen } from "./apply/recover.ts";
import type { EnvironmentSettings } from "./model/desired.ts";
import type { Observation } from "./model/observation.ts";
import type { HostUse } from "./model/outlook.ts";
import type { RecordedState } from "./model/recorded.ts";
import { loadSpec, observeAll } from "./pipeline.ts";
import type { SpecRequest } from "./planning.ts";
import { place } from "./place/place.ts";
import { buildProblem } from "./place/problem/problem.ts";
import type { EnginePorts } from "./ports.ts";
import { openStore } from "./record/store.ts";
import { openSession } from "./session.ts";

export interface LookOutcome {
  readonly environment: EnvironmentSettings;
  readonly recorded: RecordedState;
  readonly observation: Observation;
  /** By host name. */
  readonly use: ReadonlyMap<string, HostUse>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * One look at the workspace. `request` names the texts that hold the `Environment`; other
 * documents in them are read but not compared with anything.
 */
export async function look(request: SpecRequest, ports: EnginePorts): Promise<LookOutcome> {
  const asked = await loadSpec(request, ports);
  // Broken documents do not keep anybody from looking: without them the defaults hold.
  const spec =
    asked.desired === undefined ? await loadSpec({ texts: [], cache: new Map() }, ports) : asked;
  const read = await openStore(ports.storage, ports).read();
  const desired = spec.desired;
  assert(desired !== undefined, "no documents at all resolve without an error");
  const { environment } = desired;
  const inUse = new Set([environment.defaultProvider]);
  for (const { provider } of read.value.resources.values()) inUse.add(provider);
  const session = await openSession(environment.providers, inUse, ports);
  try {
    const world = await observeAll(session, read.value, ports);
    const recorded = settleOpen(read.value, world.value);
    const problem = buildProblem({
      desired: { ...desired, resources: new Map() },
      observation: world.value,
      // Without its records nothing is about to leave: hosts count as they are now.
      recorded: { ...recorded, resources: new Map() },
      diff: { changes: [], drift: [] },
      seed: 0,
    });
    const use = new Map(place(problem).hosts.map(({ name, before }) => [name, before]));
    const diagnostics = [...asked.diagnostics, ...read.diagnostics, ...world.diagnostics];
    return {
      environment,
      recorded,
      observation: world.value,
      use,
      diagnostics: sortDiagnostics(diagnostics),
    };
  } finally {
    await session.close();
  }
}
