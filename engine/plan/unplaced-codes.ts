/** Catalogue of what placement tells the user; the core itself knows no diagnostics. */
import type { CodeEntry } from "../diagnostics/catalogue.ts";

type UnplacedCode = "noHosts" | "poolLimit" | "failover" | "noHost" | "limitExceedsHost";

export const UNPLACED_CODES: Readonly<Record<UnplacedCode, CodeEntry>> = {
  noHosts: {
    code: "VP3001",
    severity: "error",
    summary: "there are no hosts",
    explanation:
      "A workload needs a host, and neither the documents nor any provider has one. On the " +
      "simulator a `Host` document of ten lines makes one.",
    example: {
      wrong: "kind: Pod   # and nothing else",
      right:
        "kind: Host\nmetadata: {name: esx-01}\n" +
        "spec: {cpu: {sockets: 2, coresPerSocket: 8, mhz: 2600}, memory: 64Gi}",
    },
  },
  poolLimit: {
    code: "VP3002",
    severity: "error",
    summary: "the namespace's pool has no room",
    explanation:
      "The resource pool behind the namespace has a limit, and what runs in it plus this " +
      "workload is more. Raise the limit of the namespace or ask for less.",
    example: { wrong: "limits: {memory: 8Gi}   # 10Gi asked for", right: "limits: {memory: 16Gi}" },
  },
  failover: {
    code: "VP3003",
    severity: "error",
    summary: "the cluster's fail-over capacity would be used up",
    explanation:
      "The cluster keeps room for as many host failures as its Supervisor tolerates. Starting " +
      "this workload would take from it. Add a host, ask for less, or tolerate fewer failures.",
    example: {
      wrong: "admission: {hostFailuresToTolerate: 1}   # on two nearly full hosts",
      right: "a third host, or hostFailuresToTolerate: 0",
    },
  },
  noHost: {
    code: "VP3004",
    severity: "error",
    summary: "no host can take this workload",
    explanation:
      "Every host was rejected by at least one filter: too little room, a taint, an affinity " +
      "rule, a missing runtime, maintenance and so on. `vpac explain ADDR --all-hosts` names the " +
      "reason of each host; the help line has the smallest change that makes it fit.",
    example: { wrong: "memory: 48Gi   # the largest host has 40Gi free", right: "memory: 36Gi" },
  },
  limitExceedsHost: {
    code: "VP3005",
    severity: "warning",
    summary: "the workload is larger than every host and will not start",
    explanation:
      "The size or limit is above the capacity of the largest host. The object is registered but " +
      "stays powered off, and the apply ends with a failure. Lower the limit or add a larger host.",
    example: { wrong: "limits: {memory: 2Ti}", right: "limits: {memory: 512Gi}" },
  },
};
