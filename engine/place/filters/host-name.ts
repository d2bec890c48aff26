import type { Ledger } from "../ledger/ledger.ts";
import { type Filter, PASS, type Trait } from "./filter.ts";

/** The name of a host, of which one alone is answered in another way than the others. */
const nameTrait = (ledger: Ledger, wanted = ""): readonly Trait[] => [
  { name: "name", of: (host) => ledger.hosts[host]?.name ?? "", only: [wanted] },
];

/** `spec.nodeName` leaves one host only. */
export const hostName: Filter = {
  name: "NodeName",
  origin: "kubernetes",
  scope: "host",
  reasons: [{ code: "node-name", curable: false }],
  isIdle: ({ workloadClass }) => (workloadClass.sample.scheduling.nodeName ?? "") === "",
  traits: ({ workloadClass }, ledger) =>
    nameTrait(ledger, workloadClass.sample.scheduling.nodeName),
  test: (host, { workloadClass }, ledger) => {
    const wanted = workloadClass.sample.scheduling.nodeName;
    return wanted === undefined || wanted === "" || wanted === ledger.hosts[host]?.name ? PASS : 0;
  },
  describe: (_host, { workloadClass }) => ({
    message: `the workload asks for host ${workloadClass.sample.scheduling.nodeName ?? ""}`,
  }),
};

/** The user pinned the workload to a host. */
export const hostPin: Filter = {
  name: "HostPin",
  origin: "vsphere",
  scope: "host",
  reasons: [{ code: "pinned", curable: false }],
  reads: ({ sample }) => sample.pinHost ?? "",
  isIdle: ({ workloadClass }) => workloadClass.sample.pinHost === undefined,
  traits: ({ workloadClass }, ledger) => nameTrait(ledger, workloadClass.sample.pinHost),
  test: (host, { workloadClass }, ledger) => {
    const pin = workloadClass.sample.pinHost;
    return pin === undefined || pin === ledger.hosts[host]?.name ? PASS : 0;
  },
  describe: (_host, { workloadClass }) => ({
    message: `pinned to host ${workloadClass.sample.pinHost ?? ""}`,
  }),
};

/** A repair has to leave the host it is on. */
export const hostLeft: Filter = {
  name: "HostLeft",
  origin: "vsphere",
  scope: "host",
  reasons: [{ code: "leaving", curable: false }],
  reads: ({ leaves }) => leaves ?? "",
  isIdle: ({ workloadClass }) => workloadClass.leaves === undefined,
  traits: ({ workloadClass }, ledger) => nameTrait(ledger, workloadClass.leaves),
  test: (host, { workloadClass }, ledger) =>
    workloadClass.leaves !== undefined && workloadClass.leaves === ledger.hosts[host]?.name
      ? 0
      : PASS,
  describe: () => ({ message: "the workload has to leave this host" }),
};
