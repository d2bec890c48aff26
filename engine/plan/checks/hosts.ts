/** Every host of a step can take the workload, and no host holds more than it has (I5). */
import type { Address } from "../../model/address.ts";
import type { Amounts } from "../../model/demand.ts";
import type { Host } from "../../model/host.ts";
import type { PlanFinding, PlanHost, Step } from "../../model/plan.ts";
import { CODES } from "../codes.ts";
import { brings, type Check, type CheckContext, finding, groupBy } from "./context.ts";
import { waitsFor } from "./order.ts";

export const checkHosts: Check = (context) => [...usable(context), ...room(context)];

/** Steps that bring a workload to a host it is not on yet. */
export function arrivals(context: CheckContext): Step[] {
  return context.plan.steps.filter((step) => {
    if (!brings(step) || step.host === undefined) return false;
    return step.verb === "create" || hostBefore(context, step) !== step.host;
  });
}

/** Where the workload is when the step starts: where an earlier move left it, or as observed. */
function hostBefore({ plan, indexOf, changeAt }: CheckContext, step: Step): string | undefined {
  const { expect, address } = step;
  if (typeof expect === "object" && "step" in expect) {
    return plan.steps[indexOf.get(expect.step) ?? -1]?.host;
  }
  return changeAt.get(address)?.placement?.from;
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
      const end = chart.after.reserved[resource];
      if (end > has) found.push(tooMuch(chart.name, `${end} ${resource} of ${has}`));
      else found.push(...tooMuchBetween(context, { chart, steps, resource, has }));
    }
  }
  return found;
}

const tooMuch = (name: string, amounts: string): PlanFinding =>
  finding(CODES.overcommitted, `Host ${name} would have reserved ${amounts}.`);

interface Question {
  readonly chart: PlanHost;
  readonly steps: readonly Step[];
  readonly resource: Resource;
  readonly has: number;
}

/** Where somebody can only leave after somebody has come there is no better order: a note. */
function tooMuchBetween(context: CheckContext, question: Question): PlanFinding[] {
  if (context.desired === undefined) return [];
  const { chart, steps, resource, has } = question;
  const most = steps.reduce(
    (sum, step) => sum + heldBy(context, step, resource),
    chart.before.reserved[resource],
  );
  if (most <= has || peakOf(context, question, most) <= has) return [];
  const { known, deletes } = departures(context, chart.name);
  const isTangled = [...known, ...deletes].some((leaving) =>
    steps.some((coming) => waitsFor(context, leaving, coming)),
  );
  const message = `Host ${chart.name} would be over-committed while the plan is carried out.`;
  const over = finding(CODES.overcommitted, message);
  return [isTangled ? { ...over, severity: "note" } : over];
}

/**
 * The most that is reserved after any first part of the arrivals, together with all that must come
 * before them. What is deleted counts as gone only when all of it is.
 */
function peakOf(context: CheckContext, { chart, steps, resource }: Question, most: number): number {
  const held = (step: Step): number => heldBy(context, step, resource);
  const leaving = departures(context, chart.name);
  const known = [...leaving.known].reduce((sum, step) => sum + held(step), 0);
  const byDeletes = Math.max(0, most - known - chart.after.reserved[resource]);
  const coming = new Set(arrivals(context).filter((step) => step.host === chart.name));
  const seen = new Set<string>();
  let amount = chart.before.reserved[resource];
  let peak = 0;
  for (const step of steps) {
    for (const part of ancestors(context, step, seen)) {
      if (leaving.known.has(part)) amount -= held(part);
      if (coming.has(part)) amount += held(part);
    }
    const isEmptied = leaving.deletes.every((other) => seen.has(other.id));
    peak = Math.max(peak, isEmptied ? amount - byDeletes : amount);
  }
  return peak;
}

/** Steps that end a workload's stay on a host; of deleted ones the amounts are not known. */
function departures(
  context: CheckContext,
  name: string,
): { readonly known: ReadonlySet<Step>; readonly deletes: readonly Step[] } {
  const known = new Set<Step>();
  const deletes: Step[] = [];
  const { plan, changeAt } = context;
  for (const step of plan.steps) {
    const change = changeAt.get(step.address);
    if (hostBefore(context, step) !== name || change === undefined) continue;
    if (step.verb === "remove" && change.action === "delete") deletes.push(step);
    else if (step.verb === "remove") known.add(step);
    else if (step.verb === "update" && step.host !== name) known.add(step);
  }
  return { known, deletes };
}

/** The step and everything that must have ended before it, each given once per `seen`. */
function ancestors({ plan, indexOf }: CheckContext, step: Step, seen: Set<string>): Step[] {
  const found: Step[] = [];
  const queue = [step.id];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const earlier = plan.steps[indexOf.get(id) ?? -1];
    if (seen.has(id) || earlier === undefined) continue;
    seen.add(id);
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
