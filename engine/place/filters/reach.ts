import { type Filter, PASS } from "./filter.ts";

const missingOf = (wanted: readonly string[], offered: readonly string[]): string | undefined =>
  wanted.find((name) => !offered.includes(name));

/** Every datastore of the workload has to be mounted on the host (row D17). */
export const datastoreReach: Filter = {
  name: "DatastoreReach",
  origin: "vsphere",
  scope: "host",
  reasons: [{ code: "datastore", curable: false }],
  isIdle: ({ workloadClass }) => workloadClass.sample.scheduling.datastores.length === 0,
  traits: (_applicant, { hosts }) => [
    { name: "datastores", of: (host) => hosts[host]?.datastores.join("\u0000") ?? "" },
  ],
  test: (host, { workloadClass }, ledger) =>
    missingOf(workloadClass.sample.scheduling.datastores, ledger.hosts[host]?.datastores ?? []) ===
    undefined
      ? PASS
      : 0,
  describe: (host, { workloadClass }, ledger) => ({
    message: `datastore ${
      missingOf(workloadClass.sample.scheduling.datastores, ledger.hosts[host]?.datastores ?? []) ??
      ""
    } is not mounted on the host`,
  }),
};

/** Every network of the workload has to reach the host (row D17). */
export const networkReach: Filter = {
  name: "NetworkReach",
  origin: "vsphere",
  scope: "host",
  reasons: [{ code: "network", curable: false }],
  isIdle: ({ workloadClass }) => workloadClass.sample.scheduling.networks.length === 0,
  traits: (_applicant, { hosts }) => [
    { name: "networks", of: (host) => hosts[host]?.networks.join("\u0000") ?? "" },
  ],
  test: (host, { workloadClass }, ledger) =>
    missingOf(workloadClass.sample.scheduling.networks, ledger.hosts[host]?.networks ?? []) ===
    undefined
      ? PASS
      : 0,
  describe: (host, { workloadClass }, ledger) => ({
    message: `network ${
      missingOf(workloadClass.sample.scheduling.networks, ledger.hosts[host]?.networks ?? []) ?? ""
    } does not reach the host`,
  }),
};
