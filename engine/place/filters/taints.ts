import type { Host } from "../../model/host.ts";
import type { Taint } from "../../model/scheduling.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { untoleratedTaint } from "../classes/selectors.ts";
import { type Filter, PASS } from "./filter.ts";

const findTaint = (host: Host | undefined, workloadClass: WorkloadClass): Taint | undefined =>
  untoleratedTaint(host?.taints ?? [], workloadClass.sample.scheduling.tolerations);

/** Equal for equal taints; most hosts have none. */
const taintsText = (given: readonly Taint[]): string =>
  given.length === 0
    ? ""
    : JSON.stringify(given.map(({ key, value, effect }) => [key, value, effect]));

/** Taints with NoSchedule or NoExecute have to be tolerated (row D02). */
export const taints: Filter = {
  name: "TaintToleration",
  origin: "kubernetes",
  scope: "host",
  reasons: [{ code: "taint", curable: false }],
  traits: (_applicant, { hosts }) => [
    { name: "taints", of: (host) => taintsText(hosts[host]?.taints ?? []) },
  ],
  test: (host, { workloadClass }, ledger) =>
    findTaint(ledger.hosts[host], workloadClass) === undefined ? PASS : 0,
  describe: (host, { workloadClass }, ledger) => {
    const taint = findTaint(ledger.hosts[host], workloadClass);
    const value = taint?.value === undefined || taint.value === "" ? "" : `=${taint.value}`;
    return { message: `taint ${taint?.key ?? ""}${value}:${taint?.effect ?? ""} is not tolerated` };
  },
};
