import { cpuText, memoryText, sumTexts } from "../basics/amounts.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { ClusterUse } from "../ledger/cluster-use.ts";
import { percentKept, type Shortfall, shortfallOf } from "./shortfall.ts";

/** Why the cluster does not admit the workload, with the arithmetic. */
export function refusalText(
  cluster: ClusterUse,
  applicant: { readonly workloadClass: WorkloadClass },
  failures: number,
): string {
  const shortfall = shortfallOf(cluster, applicant, failures);
  const loss = `losing ${failures === 1 ? "1 host" : `${String(failures)} hosts`}`;
  if (shortfall.resource === "slots") {
    return slotText(cluster, applicant.workloadClass, { ...shortfall, loss });
  }
  const { name, policy } = cluster;
  const isCpu = shortfall.resource === "cpu";
  const texts = sumTexts(isCpu ? "cpuMillicores" : "memoryBytes", shortfall);
  const { used, wanted, excess, left } = texts;
  const what = isCpu ? "CPU" : "memory";
  const sums = `${used} ${what} reserved + ${wanted} wanted is ${excess} more than`;
  if (policy?.admission?.kind === "percentage") {
    const percent = percentKept(cluster, isCpu ? "cpu" : "memory");
    return `cluster ${name} keeps ${String(percent)} % free: ${sums} the other ${left}`;
  }
  const outcome = `could not restart everything after ${loss}`;
  return `cluster ${name} ${outcome}: ${sums} the ${left} that stay`;
}

function slotText(
  { name, slots }: ClusterUse,
  workloadClass: WorkloadClass,
  { left, used, wanted, amount, loss }: Shortfall & { readonly loss: string },
): string {
  const slot = slots?.slot(workloadClass) ?? { cpuMillicores: 0, memoryBytes: 0 };
  const size = `${cpuText(slot.cpuMillicores)} CPU and ${memoryText(slot.memoryBytes)}`;
  return (
    `cluster ${name} has ${String(left)} slots of ${size} after ${loss}: ` +
    `${String(used)} taken + ${String(wanted)} wanted is ${String(amount)} too many`
  );
}
