import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Plan, PlanDecision, PlannedChange, Step } from "../model/plan.ts";
import type { ApplyRequest } from "./apply.ts";
import { CODES } from "./codes.ts";
import { type Node, skipDependents } from "./graph.ts";
import { MoveSlots } from "./move-slots.ts";
import { openMint } from "./permit.ts";
import type { Run } from "./run.ts";
import { factsOf, runStep, type StepContext, type StepProblem, type StepResult } from "./step.ts";

/** Steps of one provider that may start, in the order in which they became ready. */
interface Lane {
  readonly queue: Node[];
  next: number;
  running: number;
  readonly runningMax: number;
}

/** Runs every step that can run; resolves when nothing runs and nothing more may start. */
export function walk(nodes: readonly Node[], request: ApplyRequest, run: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    new Walk(request, run, { resolve, reject }).start(nodes);
  });
}

interface Finish {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class Walk {
  readonly #request: ApplyRequest;
  readonly #run: Run;
  readonly #finish: Finish;
  readonly #lanes = new Map<string, Lane>();
  readonly #facts: PlanFacts;
  readonly #moveSlots: MoveSlots;
  /** Provider calls under way. */
  #calls = 0;
  /** Steps under way, those that only write their end included. */
  #steps = 0;

  constructor(request: ApplyRequest, run: Run, finish: Finish) {
    this.#request = request;
    this.#run = run;
    this.#finish = finish;
    this.#facts = planFacts(request.plan);
    this.#moveSlots = new MoveSlots(request.plan.placement.moves);
  }

  start(nodes: readonly Node[]): void {
    for (const node of nodes) if (node.waitingFor === 0) this.#makeReady(node);
    this.#pump();
  }

  #makeReady(node: Node): void {
    node.state = "ready";
    const { provider } = node.step;
    let lane = this.#lanes.get(provider);
    if (lane === undefined) {
      const known = this.#request.providers.get(provider);
      const runningMax = known?.capabilities.parallelCallsMax ?? 1;
      lane = { queue: [], next: 0, running: 0, runningMax };
      this.#lanes.set(provider, lane);
    }
    lane.queue.push(node);
  }

  /** Starts what may start now; ends the walk when there is nothing left to wait for. */
  #pump(): void {
    const { parallelism } = this.#request.options;
    for (const lane of this.#lanes.values()) {
      while (this.#calls < parallelism && lane.running < lane.runningMax) {
        const node = this.#run.stop.aborted ? undefined : this.#takeNext(lane);
        if (node === undefined) break;
        this.#runNode(node, lane).catch(this.#finish.reject);
      }
    }
    if (this.#steps === 0) this.#finish.resolve();
  }

  /** The first that may start; a move whose hosts are busy lets others pass. */
  #takeNext(lane: Lane): Node | undefined {
    const { queue } = lane;
    for (let index = lane.next; index < queue.length; index++) {
      const node = queue[index];
      if (node === undefined || !this.#moveSlots.mayStart(node.step)) continue;
      queue.copyWithin(lane.next + 1, lane.next, index);
      queue[lane.next++] = node;
      return node;
    }
    return undefined;
  }

  async #runNode(node: Node, lane: Lane): Promise<void> {
    node.state = "running";
    this.#calls++;
    this.#steps++;
    lane.running++;
    let holdsSlot = true;
    const freeSlot = (): void => {
      if (!holdsSlot) return;
      holdsSlot = false;
      this.#calls--;
      lane.running--;
    };
    const onAnswered = ({ is }: StepResult): void => {
      freeSlot();
      if (is !== "done") this.#stopIfFailFast();
      this.#pump();
    };
    const { step } = node;
    this.#moveSlots.start(step);
    node.result = await runStep(step, this.#contextOf(step, onAnswered), this.#run);
    node.state = "ended";
    this.#moveSlots.end(step);
    freeSlot();
    this.#steps--;
    this.#settle(node);
    this.#pump();
  }

  #contextOf(step: Step, onAnswered: StepContext["onAnswered"]): StepContext {
    const { sources, decisions, unknown, mint } = this.#facts;
    return {
      provider: this.#request.providers.get(step.provider),
      source: textOf(sources.get(step.address)),
      decision: decisions.get(step.address),
      hasUnknown: unknown.has(step.address),
      mint,
      onAnswered,
    };
  }

  #settle(node: Node): void {
    const { emit, progress } = this.#run;
    const facts = factsOf(node.step);
    const elapsedMs = progress.elapsedMs(facts);
    progress.ended(facts);
    const { result, step } = node;
    const { address } = step;
    if (result === undefined || result.is === "done") {
      emit({ type: "apply_complete", ...facts, elapsedMs });
      for (const dependent of node.dependents) {
        dependent.waitingFor--;
        if (dependent.waitingFor === 0 && dependent.state === "waiting") this.#makeReady(dependent);
      }
      return;
    }
    const diagnostic = diagnosticOf(node.step, result.problem, this.#facts.sources.get(address));
    emit({ type: "apply_errored", ...facts, elapsedMs, diagnostic });
    for (const skipped of skipDependents(node)) {
      const waitsFor = [node.step.address];
      emit({ type: "apply_skipped", ...factsOf(skipped.step), waitsFor });
    }
    this.#stopIfFailFast();
  }

  #stopIfFailFast(): void {
    if (this.#request.options.failFast) this.#run.stopNow();
  }
}

interface PlanFacts {
  /** Where each change was written. */
  readonly sources: ReadonlyMap<string, PlannedChange["source"]>;
  readonly decisions: ReadonlyMap<string, PlanDecision>;
  /** Addresses with values that are known only after an earlier step. */
  readonly unknown: ReadonlySet<string>;
  readonly mint: StepContext["mint"];
}

function planFacts(plan: Plan): PlanFacts {
  const byId = new Map(plan.placement.decisions.map((decision) => [decision.id, decision]));
  const sources = new Map<string, PlannedChange["source"]>();
  const decisions = new Map<string, PlanDecision>();
  const unknown = new Set<string>();
  for (const change of plan.changes) {
    if (change.unknown.length > 0) unknown.add(change.address);
    if (change.source !== undefined) sources.set(change.address, change.source);
    const decision = byId.get(change.placement?.decision ?? "");
    if (decision !== undefined) decisions.set(change.address, decision);
  }
  return { sources, decisions, unknown, mint: openMint(plan) };
}

const textOf = (source: PlannedChange["source"]): string | undefined =>
  source === undefined ? undefined : `${source.file}:${source.line}`;

const ENTRIES: Readonly<Record<StepProblem["cause"], CodeEntry>> = {
  transient: CODES.busy,
  conflict: CODES.conflict,
  notFound: CODES.refused,
  forbidden: CODES.refused,
  invalid: CODES.refused,
  unknown: CODES.unknown,
  "not-started": CODES.notStarted,
  "output-missing": CODES.outputMissing,
  "provider-missing": CODES.providerMissing,
  "not-recorded": CODES.notRecorded,
};

const HELP: Readonly<Partial<Record<StepProblem["cause"], readonly string[]>>> = {
  transient: ["vpac apply"],
  conflict: ["vpac plan"],
  unknown: ["vpac apply"],
};

function diagnosticOf(
  step: Step,
  { cause, code, message }: StepProblem,
  source: PlannedChange["source"],
): Diagnostic {
  const what = `${step.verb} of ${step.kind} "${step.name}" at provider "${step.provider}"`;
  return diagnose(ENTRIES[cause], {
    detail: `The ${what} did not end well: ${message} (${code}).`,
    address: step.address,
    ...(source === undefined ? {} : { source: rangeOf(source) }),
    help: HELP[cause] ?? [],
  });
}

const rangeOf = ({
  file,
  line,
  column,
}: NonNullable<PlannedChange["source"]>): NonNullable<Diagnostic["source"]> => ({
  path: file,
  line,
  column,
});
