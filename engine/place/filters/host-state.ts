import type { HostConnection } from "../../model/host.ts";
import type { Taint } from "../../model/scheduling.ts";
import { tolerates } from "../classes/selectors.ts";
import { type Filter, PASS } from "./filter.ts";

const UNSCHEDULABLE: Taint = {
  key: "node.kubernetes.io/unschedulable",
  value: "",
  effect: "NoSchedule",
};

/** A cordoned host takes only workloads that tolerate the taint of the same name. */
export const unschedulable: Filter = {
  name: "NodeUnschedulable",
  origin: "kubernetes",
  scope: "host",
  reasons: [{ code: "unschedulable", curable: false }],
  traits: (_applicant, { hosts }) => [
    { name: "unschedulable", of: (host) => String(hosts[host]?.unschedulable) },
  ],
  test: (host, { workloadClass }, ledger) => {
    if (ledger.hosts[host]?.unschedulable !== true) return PASS;
    const { tolerations } = workloadClass.sample.scheduling;
    return tolerations.some((toleration) => tolerates(toleration, UNSCHEDULABLE)) ? PASS : 0;
  },
  describe: () => ({ message: "the host is closed for scheduling" }),
};

const STATES: readonly HostConnection[] = ["maintenance", "disconnected", "standby"];
const STATE_TEXTS = [
  "the host is in maintenance mode",
  "the host is disconnected",
  "the host is in standby",
];

/** Host state of the decision tree (row D17): connected, and not in maintenance or standby. */
export const connection: Filter = {
  name: "HostConnection",
  origin: "vsphere",
  scope: "host",
  reasons: STATES.map((code) => ({ code, curable: false })),
  traits: (_applicant, { hosts }) => [
    { name: "connection", of: (host) => hosts[host]?.connection ?? "" },
  ],
  test: (host, _applicant, ledger) =>
    STATES.indexOf(ledger.hosts[host]?.connection ?? "disconnected"),
  describe: (_host, _applicant, _ledger, reason) => ({ message: STATE_TEXTS[reason] ?? "" }),
};

/** Host compatibility (row D17): the host has to offer the runtime (row C02). */
export const runtime: Filter = {
  name: "Runtime",
  origin: "vsphere",
  scope: "host",
  reasons: [{ code: "runtime", curable: false }],
  traits: (_applicant, { hosts }) => [
    { name: "runtimes", of: (host) => hosts[host]?.runtimes.join(" ") ?? "" },
  ],
  test: (host, { workloadClass }, ledger) =>
    ledger.hosts[host]?.runtimes.includes(workloadClass.sample.scheduling.runtime) === true
      ? PASS
      : 0,
  describe: (_host, { workloadClass }) => ({
    message: `the host has no runtime ${workloadClass.sample.scheduling.runtime}`,
  }),
};

/** A workload stays with its provider, and inside the cluster that it is bound to. */
export const cluster: Filter = {
  name: "Cluster",
  origin: "vsphere",
  scope: "host",
  reasons: [
    { code: "provider", curable: false },
    { code: "cluster", curable: false },
  ],
  reads: ({ sample }) => sample.provider ?? "",
  isIdle: ({ workloadClass: { sample } }) =>
    sample.provider === undefined && sample.scheduling.cluster === undefined,
  traits: (_applicant, { hosts }) => [
    { name: "cluster", of: (host) => `${hosts[host]?.provider}\u0000${hosts[host]?.cluster}` },
  ],
  test: (index, { workloadClass }, ledger) => {
    const { provider, scheduling } = workloadClass.sample;
    const host = ledger.hosts[index];
    if (provider !== undefined && provider !== host?.provider) return 0;
    return scheduling.cluster === undefined || scheduling.cluster === host?.cluster ? PASS : 1;
  },
  describe: (index, { workloadClass }, ledger, reason) => {
    const { provider, scheduling } = workloadClass.sample;
    const host = ledger.hosts[index];
    return reason === 0
      ? { message: `the host belongs to provider ${host?.provider ?? ""}, not ${provider ?? ""}` }
      : {
          message: `the host is in cluster ${host?.cluster ?? ""}, not ${scheduling.cluster ?? ""}`,
        };
  },
};

/** A host short of memory takes no BestEffort Pods (row D08). */
export const memoryPressure: Filter = {
  name: "MemoryPressure",
  origin: "vsphere",
  scope: "host",
  reasons: [{ code: "memory-pressure", curable: false }],
  reads: ({ sample }) => String(sample.demand.qos === "BestEffort"),
  isIdle: ({ workloadClass }) => workloadClass.sample.demand.qos !== "BestEffort",
  traits: (_applicant, { hosts }) => [
    { name: "memory pressure", of: (host) => String(hosts[host]?.memoryPressure) },
  ],
  test: (host, { workloadClass }, ledger) =>
    ledger.hosts[host]?.memoryPressure === true && workloadClass.sample.demand.qos === "BestEffort"
      ? 0
      : PASS,
  describe: () => ({ message: "the host reports memory pressure and the Pod is BestEffort" }),
};
