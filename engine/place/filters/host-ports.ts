import { type Filter, PASS } from "./filter.ts";

/** Ports of the host that the workload binds have to be free. */
export const hostPorts: Filter = {
  name: "NodePorts",
  origin: "kubernetes",
  scope: "ledger",
  reasons: [{ code: "port", curable: true }],
  isIdle: ({ workloadClass }) => workloadClass.sample.scheduling.ports.length === 0,
  test: (host, { workloadClass }, ledger) =>
    ledger.ports.conflict(workloadClass.sample.scheduling.ports, host) === undefined ? PASS : 0,
  describe: (host, { workloadClass }, ledger) => {
    const port = ledger.ports.conflict(workloadClass.sample.scheduling.ports, host);
    return { message: `port ${String(port?.port ?? 0)}/${port?.protocol ?? ""} is taken` };
  },
};
