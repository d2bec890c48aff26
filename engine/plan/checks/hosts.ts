/** Every host of a step can take the workload, and no host holds more than it has (I5). */
import type { Address } from "../../model/address.ts";
import type { Amounts } from "../../model/demand.ts";
import type { Host } from "../../model/host.ts";
import type { PlanFinding, PlanHost, Step } from "../../model/plan.ts";
import { CODES } from "../codes.ts";
import { brings, type Check, type CheckContext, finding, groupBy } from "./context.ts";

export const checkHosts: Check = (context) => [...usable(context), ...room(context)];

/** Steps that bring a workload to a host it is not on yet. */
export function arrivals({ plan, changeAt }: CheckContext): Step[] {
  return plan.steps.filter((step) => {
    if (!brings(step) || step.host === undefined) return false;
    const from = changeAt.get(step.address)?.placement?.from;
    return step.verb === "create" || from !== step.host;
  });
}

function usable(context: CheckContext): PlanFinding[] {
  const found: PlanFinding[] = [];
  for (const step of arrivals(context)) {
    const why = refusal(context, step.host ?? "");
    if (why === undefined) continue;
    const message = `Step ${step.id} puts ${step.address} on host ${step.host}, which ${why}.`;
    found.push(finding(CODES.hostRefused, message, step.address));
  }
  return found;
}

/** The host as this plan leaves it: its own steps may bring it into service. */
export function hostAfter(context: CheckContext, name: string): Host | undefined {
  const address: Address = `host/${name}`;
  const isChanged = context.stepsAt.get(address)?.some(brings) === true;
  const wished = context.desired?.resources.get(address)?.host;
  return (isChanged ? wished : undefined) ?? context.hosts.get(name);
}

function refusal(context: CheckContext, name: string): string | undefined {
  const steps = context.stepsAt.get(`host/${name}`) ?? [];
  const isChanged = steps.some(brings);
  if (steps.some((step) => step.verb === "remove") && !isChanged) return "this plan removes";
  const host = hostAfter(context, name);
  // Without the documents nothing more is known of a host that this plan brings into service.
  if (isChanged && context.desired === undefined) return undefined;
  if (host === undefined) return "is not in the inventory";
  return host.connection === "connected" ? undefined : `is ${host.connection}`;
}

type Resource = keyof Amounts;
const RESOURCES: readonly Resource[] = ["cpuMillicores", "memoryBytes"];

function room(context: CheckContext): PlanFinding[] {
  const found: PlanFinding[] = [];
  const coming = groupBy(arrivals(context), (step) => step.host ?? "");
  for (const chart of context.plan.placement.hosts) {
    const steps = coming.get(chart.name);
    const host = hostAfter(context, chart.name);
    if (steps === undefined || host === undefined) continue;
    for (const resource of RESOURCES) {
      const has = host.allocatable[resource];
      const peak = peakOf(context, { chart, steps, resource });
      if (peak.end > has) found.push(tooMuch(chart.name, `${peak.end} ${resource} of ${has}`));
      else if (peak.during > has) found.push(tooMuchBetween(context, chart.name, peak.steps));
    }
  }
  return found;
}

const tooMuch = (name: string, amounts: string): PlanFinding =>
  finding(CODES.overcommitted, `Host ${name} would have reserved ${amounts}.`);

/** Moves that wait for each other cannot be ordered; anything else can, so it is an error. */
function tooMuchBetween(
  { changeAt }: CheckContext,
  name: string,
  steps: readonly Step[],
): PlanFinding {
  const isMove = steps.every((step) => changeAt.get(step.address)?.action === "move");
  const list = steps.map((step) => step.id).join(", ");
  const message = `Host ${name} would be over-committed while steps ${list} run.`;
  const found = finding(CODES.overcommitted, message);
  return isMove ? { ...found, severity: "note" } : found;
}

interface Question {
  readonly chart: PlanHost;
  readonly steps: readonly Step[];
  readonly resource: Resource;
}

/**
 * The most that is reserved at the end, and after any first part of the arrivals together with
 * all that must come before them. What is removed counts as gone only when all of it is.
 */
function peakOf(
  context: CheckContext,
  { chart, steps, resource }: Question,
): { readonly end: number; readonly during: number; readonly steps: readonly Step[] } {
  const before = chart.before.reserved[resource];
  const end = chart.after.reserved[resource];
  const all = steps.reduce((sum, step) => sum + heldBy(context, step, resource), before);
  const has = hostAfter(context, chart.name)?.allocatable[resource] ?? 0;
  if (context.desired === undefined || all <= has) return { end, during: 0, steps };
  const leaving = departures(context, chart.name);
  const known = [...leaving.known].reduce((sum, step) => sum + heldBy(context, step, resource), 0);
  const byDeletes = Math.max(0, all - known - end);
  const seen = new Set<string>();
  let held = before;
  let worst = 0;
  let first: readonly Step[] = [];
  for (const [index, step] of steps.entries()) {
    for (const earlier of ancestors(context, step, seen)) {
      if (leaving.known.has(earlier)) held -= heldBy(context, earlier, resource);
    }
    held += heldBy(context, step, resource);
    const isEmptied = leaving.deletes.every((other) => seen.has(other.id));
    const now = isEmptied ? held - byDeletes : held;
    if (now > worst) {
      worst = now;
      first = steps.slice(0, index + 1);
    }
  }
  return { end, during: worst, steps: first };
}

/** Steps that end a workload's stay on a host; of deleted ones the amounts are not known. */
function departures(
  { plan, changeAt }: CheckContext,
  name: string,
): { readonly known: ReadonlySet<Step>; readonly deletes: readonly Step[] } {
  const known = new Set<Step>();
  const deletes: Step[] = [];
  for (const step of plan.steps) {
    const change = changeAt.get(step.address);
    if (change?.placement?.from !== name) continue;
    if (step.verb === "remove" && change.action === "delete") deletes.push(step);
    else if (step.verb === "remove") known.add(step);
    else if (step.verb === "update" && step.host !== name) known.add(step);
  }
  return { known, deletes };
}

/** Everything that must have ended before the step, each given once per `seen`. */
function ancestors({ plan, indexOf }: CheckContext, step: Step, seen: Set<string>): Step[] {
  const found: Step[] = [];
  const queue = [...step.after];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const earlier = plan.steps[indexOf.get(id) ?? -1];
    if (earlier === undefined) continue;
    found.push(earlier);
    queue.push(...earlier.after);
  }
  return found;
}

function heldBy({ desired }: CheckContext, step: Step, resource: Resource): number {
  const workload = desired?.resources.get(step.address)?.workload;
  if (workload === undefined || !workload.poweredOn || step.willNotStart !== undefined) return 0;
  const { reservation, overheadBytes } = workload.demand;
  return resource === "cpuMillicores"
    ? reservation.cpuMillicores
    : reservation.memoryBytes + overheadBytes;
}
