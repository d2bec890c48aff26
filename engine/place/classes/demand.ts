import type { Amounts, Demand } from "../../model/demand.ts";
import type { DemandModel, Usage } from "../../model/usage.ts";
import { entitlement } from "./entitlement.ts";
import { multiplyDivide } from "../basics/units.ts";

/** Part of the memory that is touched but idle which counts as wanted: the rest can be taken. */
const IDLE_PERCENT = 25;
const HUNDRED = 100;

/**
 * What a running workload wants, by the model that the policy names. Memory other than granted
 * counts with the overhead of its VM. Where the figure that a model needs is not measured, the next
 * simpler one counts, and without any the configured size (row D12).
 */
export function wantedBy(demand: Demand, usage: Usage | undefined, model: DemandModel): Amounts {
  if (usage === undefined) return entitlement(demand);
  if (model !== "forecast") return { ...usage.active, memoryBytes: memoryOf(demand, usage, model) };
  const { active, forecast = active } = usage;
  const memory = memoryOf(demand, usage, "active");
  const rise = forecast.memoryBytes - active.memoryBytes;
  return {
    cpuMillicores: Math.max(active.cpuMillicores, forecast.cpuMillicores),
    memoryBytes: memory + Math.max(0, rise),
  };
}

function memoryOf(demand: Demand, usage: Usage, model: DemandModel): number {
  const { active, consumedBytes, grantedBytes } = usage;
  if (model === "granted" && grantedBytes !== undefined) return grantedBytes;
  // A measurement that tells active use alone is taken as it is: it may hold the overhead.
  if (consumedBytes === undefined) return active.memoryBytes;
  if (model === "consumed") return consumedBytes + demand.overheadBytes;
  const idle = Math.max(0, consumedBytes - active.memoryBytes);
  const taxed = multiplyDivide(idle, IDLE_PERCENT, HUNDRED);
  return active.memoryBytes + taxed + demand.overheadBytes;
}
