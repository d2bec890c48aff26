/**
 * The one file that composes the rooms' verbs in order: load, validate, resolve, observe, diff,
 * place, plan, check. Nothing is decided here; what each stage yields is kept for `--stage`.
 */
import { settleOpen } from "./apply/recover.ts";
import { ofProvider } from "./cluster-inventory.ts";
import { type Diagnostic, hasErrors, type Judged } from "./diagnostics/diagnostic.ts";
import { sortDiagnostics } from "./diagnostics/sort.ts";
import { diff } from "./diff/diff.ts";
import { withSettled } from "./diff/known-outputs.ts";
import { lineFinder } from "./lines.ts";
import { load } from "./load/load.ts";
import { locate } from "./load/locate.ts";
import type { Address } from "./model/address.ts";
import type { DesiredState } from "./model/desired.ts";
import type { SourceDocument, SourceText } from "./model/document.ts";
import type { Observation } from "./model/observation.ts";
import { recentMoves, type RecordedState } from "./model/recorded.ts";
import { observe } from "./observe/observe.ts";
import { review } from "./observe/review.ts";
import { onlyMoves, placeAll } from "./placing.ts";
import { check } from "./plan/check.ts";
import { assemble } from "./plan/plan.ts";
import { placementNotes, unplacedDiagnostics } from "./plan/unplaced.ts";
import {
  type LoadedSpec,
  nothingPlanned,
  type Planning,
  type PlanOutcome,
  type PlanRequest,
  type SpecRequest,
} from "./planning.ts";
import type { EnginePorts } from "./ports.ts";
import { openStore } from "./record/store.ts";
import { type MissingReference, resolve } from "./resolve/resolve.ts";
import { openSession, type Session } from "./session.ts";
import { stopwatch } from "./stopwatch.ts";
import { validate } from "./validate/validate.ts";

/** load -> validate -> resolve: every problem of every document at once. */
export async function loadSpec(request: SpecRequest, ports: EnginePorts): Promise<LoadedSpec> {
  const time = stopwatch(ports);
  const loaded = load(request.texts, { cache: request.cache });
  time("load");
  await ports.prepareKinds(kindKeys(loaded.value, ports));
  const validated = validate(loaded.value, { kinds: ports.kinds });
  time("validate");
  const { kinds, workspace, digest } = ports;
  const resolved = resolve(validated.value, { kinds, workspace, digest });
  time("resolve");
  const early = [...loaded.diagnostics, ...validated.diagnostics];
  const broken = hasErrors(early);
  const diagnostics = [...early, ...resolved.diagnostics];
  return {
    documents: loaded.value,
    specs: validated.value,
    desired: hasErrors(diagnostics) ? undefined : resolved.value,
    // A reference to a document that is itself broken is not worth a second error.
    missing: broken ? [] : resolved.missing,
    diagnostics: finish(diagnostics, request.texts),
    fresh: loaded.fresh,
    timingMs: time.timingMs,
  };
}

/** As `loadSpec`, with references judged by the documents and, unless offline, by the state. */
export async function validateSpec(
  request: SpecRequest & { readonly offline: boolean },
  ports: EnginePorts,
): Promise<LoadedSpec> {
  const spec = await loadSpec(request, ports);
  const recorded = request.offline
    ? undefined
    : (await openStore(ports.storage, ports).read()).value.resources;
  const missing = unsatisfied(spec.missing, (address) => recorded?.has(address) === true);
  const diagnostics = finish([...spec.diagnostics, ...missing], request.texts);
  return { ...spec, diagnostics };
}

/** Reads the world, computes the plan and has the platforms review it; changes nothing. */
export async function makePlan(request: PlanRequest, ports: EnginePorts): Promise<PlanOutcome> {
  const spec = await loadSpec(request, ports);
  const store = openStore(ports.storage, ports);
  const read = await store.read();
  const known = { ...nothingPlanned(spec), recorded: read.value };
  const diagnostics = finish([...spec.diagnostics, ...read.diagnostics], request.texts);
  const { desired } = spec;
  const before = { ...known, diagnostics };
  if (desired === undefined || hasErrors(diagnostics)) return before;
  const planning = { request, ports, desired, before };
  const { observation } = request;
  if (observation !== undefined) {
    const value = ofProvider(observation, desired.environment.defaultProvider);
    return planFrom({ value, diagnostics: [] }, planning);
  }
  const session = await openSession(
    desired.environment.providers,
    inUse(desired, read.value),
    ports,
  );
  try {
    const time = stopwatch(ports, spec.timingMs);
    const world = await observeAll(session, read.value, ports);
    time("observe");
    const { timingMs } = time;
    const outcome = planFrom(world, { ...planning, before: { ...before, timingMs } });
    return await reviewed(outcome, session, planning);
  } finally {
    await session.close();
  }
}

/** What follows from one reading of the world. */
function planFrom(world: Judged<Observation>, planning: Planning): PlanOutcome {
  const { before, request } = planning;
  const { recorded } = before;
  if (recorded === undefined) return before;
  // Where something could not be read, nothing can be said to be missing.
  const isWhole = world.value.readings.every((reading) => reading.complete);
  const missing =
    before.missing.length === 0 || !isWhole
      ? []
      : unsatisfied(before.missing, knownIn(world.value, recorded));
  const found = [...before.diagnostics, ...world.diagnostics, ...missing];
  const diagnostics = finish(found, request.texts);
  const observed = { ...before, observation: world.value, diagnostics };
  // A provider that cannot be read is told, and what it holds is blocked; the rest can be planned.
  if (hasErrors(missing)) return observed;
  return planOver({ ...planning, before: observed });
}

/** The plan with what the platforms say to it. */
async function reviewed(
  outcome: PlanOutcome,
  session: Session,
  { desired, request, ports }: Planning,
): Promise<PlanOutcome> {
  const { plan } = outcome;
  if (plan === undefined) return outcome;
  const time = stopwatch(ports, outcome.timingMs);
  const { resources } = desired;
  const { clock, signal, emit, observeTimeoutMs: timeoutMs } = ports;
  const input = { plan, resources, providers: session.providers };
  const found = await review(input, { clock, signal, emit, timeoutMs });
  time("review");
  if (found.length === 0) return outcome;
  return { ...outcome, diagnostics: finish([...outcome.diagnostics, ...found], request.texts) };
}

/** diff -> place -> plan -> check, on one reading of the world. */
function planOver({ request, ports, desired, before }: Planning): PlanOutcome {
  const { observation, recorded: read } = before;
  if (observation === undefined || read === undefined) return before;
  const time = stopwatch(ports, before.timingMs);
  const recorded = settleOpen(read, observation);
  const { mode, selection, replace, seed } = request;
  const changes = diff({ desired, observation, recorded, mode, selection, replace });
  time("diff");
  const world = { desired: withSettled(desired, changes.value), observation, recorded };
  const { moves, budgets } = request;
  const wanted = moves === undefined ? changes.value : onlyMoves(changes.value);
  const moved = recentMoves(recorded, ports.clock.now());
  const input = { ...world, diff: wanted, seed, recentMoves: moved };
  const { problem, placement, recommended } = placeAll(input, { budgets, moves });
  time("place");
  const plan = assemble({
    ...world,
    diff: wanted,
    placement,
    recommended,
    isMovesOnly: moves !== undefined,
    mode,
    seed,
    workspace: ports.workspace,
    version: ports.version,
    digest: ports.digest,
    createdAt: new Date(ports.clock.now()).toISOString(),
    timingMs: { ...time.timingMs },
    budgets,
    lineOf: lineFinder(before.documents),
  });
  time("plan");
  const findings = check(plan, { ...world, digest: ports.digest });
  time("check");
  const placed = [...unplacedDiagnostics(plan, desired), ...placementNotes(placement)];
  const found = [...changes.diagnostics, ...placed];
  const diagnostics = finish([...before.diagnostics, ...found], request.texts);
  return {
    ...before,
    recorded,
    diff: wanted,
    problem,
    placement,
    plan,
    findings,
    diagnostics,
    leftOut: changes.value.changes.length - wanted.changes.length,
  };
}

/** One reading of every provider of the session; those that failed to open count as unread. */
export function observeAll(
  session: Session,
  recorded: RecordedState,
  ports: EnginePorts,
): Promise<Judged<Observation>> {
  const ids = [...recorded.resources.values()].map((resource) => resource.id);
  return observe(
    [...session.providers.values()],
    { ids, lineage: recorded.lineage },
    {
      clock: ports.clock,
      signal: ports.signal,
      emit: ports.emit,
      digest: ports.digest,
      timeoutMs: ports.observeTimeoutMs,
      unreachable: session.failed,
    },
  );
}

/** Providers that hold something of ours, or shall. */
function inUse(desired: DesiredState, recorded: RecordedState): ReadonlySet<string> {
  const names = new Set<string>();
  for (const resource of desired.resources.values()) names.add(resource.provider);
  for (const resource of recorded.resources.values()) names.add(resource.provider);
  return names;
}

function knownIn(observation: Observation, recorded: RecordedState): (address: Address) => boolean {
  const addresses = new Set<string>(recorded.resources.keys());
  for (const object of observation.objects) {
    const scope = object.namespace === undefined ? "" : `${object.namespace}/`;
    addresses.add(`${object.kind}/${scope}${object.name}`);
  }
  return (address) => addresses.has(address);
}

/** References that neither a document nor the world satisfies. */
function unsatisfied(
  missing: readonly MissingReference[],
  isKnown: (address: Address) => boolean,
): readonly Diagnostic[] {
  return missing.filter(({ wanted }) => !wanted.some(isKnown)).map(({ diagnostic }) => diagnostic);
}

function kindKeys(documents: readonly SourceDocument[], ports: EnginePorts): Set<string> {
  const keys = new Set<string>();
  for (const { value } of documents) {
    const { apiVersion, kind } = value;
    if (typeof apiVersion !== "string" || typeof kind !== "string") continue;
    const found = ports.kinds.find(apiVersion, kind);
    if (found !== undefined) keys.add(found.key);
  }
  return keys;
}

const finish = (
  diagnostics: readonly Diagnostic[],
  texts: readonly SourceText[],
): readonly Diagnostic[] => sortDiagnostics(locate(diagnostics, texts));
