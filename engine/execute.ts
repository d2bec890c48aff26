/** Carries out a finished plan: lock, re-check against the world, apply, commit. */
import { type ApplyOptions, apply } from "./apply/apply.ts";
import { settleOpen } from "./apply/recover.ts";
import type { LockOwner } from "./contract/storage.ts";
import { type Diagnostic, hasErrors } from "./diagnostics/diagnostic.ts";
import { sortDiagnostics } from "./diagnostics/sort.ts";
import type { Plan, PlanFinding } from "./model/plan.ts";
import type { RunSummary } from "./model/run.ts";
import { observeAll } from "./pipeline.ts";
import { check } from "./plan/check.ts";
import { judgeStale } from "./plan/stale.ts";
import type { EnginePorts } from "./ports.ts";
import { openStore, type Writer } from "./record/store.ts";
import { openSession, type Session } from "./session.ts";

export interface ApplyRequest {
  readonly plan: Plan;
  readonly operation: string;
  /** User and host, for the lock and the audit trail. */
  readonly who: string;
  readonly lockTimeoutMs: number;
  readonly options: ApplyOptions;
}

export type ApplyOutcome =
  | {
      readonly is: "applied";
      readonly summary: RunSummary;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly is: "busy"; readonly holder: LockOwner }
  | { readonly is: "stale"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly is: "unreachable"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly is: "state-broken"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly is: "refused"; readonly findings: readonly PlanFinding[] };

/** Applies exactly `plan`. Everything it touches is looked at again under the lock. */
export async function applyPlan(request: ApplyRequest, ports: EnginePorts): Promise<ApplyOutcome> {
  const { plan } = request;
  const store = openStore(ports.storage, ports);
  const taken = await store.beginWrite({
    operation: request.operation,
    who: request.who,
    info: plan.digest,
    lockTimeoutMs: request.lockTimeoutMs,
    lineage: plan.base.lineage,
  });
  if (taken.is === "busy") return taken;
  if (taken.is === "broken") return { is: "state-broken", diagnostics: taken.diagnostics };
  try {
    return await applyInSession(request, ports, taken.writer);
  } finally {
    await taken.writer.close();
  }
}

async function applyInSession(
  request: ApplyRequest,
  ports: EnginePorts,
  writer: Writer,
): Promise<ApplyOutcome> {
  const { plan } = request;
  const session = await openSession(configsOf(plan), providersOf(plan), ports);
  try {
    return await applyUnderLock(request, ports, { writer, session });
  } finally {
    await session.close();
  }
}

async function applyUnderLock(
  { plan, options }: ApplyRequest,
  ports: EnginePorts,
  { writer, session }: { readonly writer: Writer; readonly session: Session },
): Promise<ApplyOutcome> {
  const world = await observeAll(session, writer.recorded, ports);
  const observation = world.value;
  if (hasErrors(world.diagnostics) && !plan.base.providers.some((entry) => !entry.complete)) {
    return { is: "unreachable", diagnostics: world.diagnostics };
  }
  const recorded = settleOpen(writer.recorded, observation);
  const nowMs = ports.clock.now();
  const stale = judgeStale(plan, { recorded, observation, nowMs });
  if (hasErrors(stale)) return { is: "stale", diagnostics: sortDiagnostics(stale) };
  const findings = check(plan, { observation, recorded, digest: ports.digest });
  if (findings.some((finding) => finding.severity === "error")) return { is: "refused", findings };
  const summary = await apply({
    plan,
    providers: session.providers,
    writer,
    settled: recorded,
    clock: ports.clock,
    entropy: ports.entropy,
    emit: ports.emit,
    signal: ports.signal,
    options,
  });
  return { is: "applied", summary, diagnostics: world.diagnostics };
}

const configsOf = (plan: Plan): Parameters<typeof openSession>[0] =>
  plan.base.providers.map(({ name, type, settings }) => ({
    name,
    type: type as Parameters<typeof openSession>[0][number]["type"],
    settings,
  }));

const providersOf = (plan: Plan): ReadonlySet<string> =>
  new Set(plan.base.providers.map((provider) => provider.name));
