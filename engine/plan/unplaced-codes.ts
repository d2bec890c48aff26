/** Catalogue of what placement tells the user; the core itself knows no diagnostics. */
import type { CodeEntry } from "../diagnostics/catalogue.ts";

type UnplacedCode =
  | "noHosts"
  | "poolLimit"
  | "failover"
  | "noHost"
  | "limitExceedsHost"
  | "gang"
  | "preempted"
  | "rulesConflict"
  | "moveOrder"
  | "degradation";

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
  gang: {
    code: "VP3006",
    severity: "error",
    summary: "the group does not fit as a whole",
    explanation:
      "Members of a VirtualMachineGroup get hosts together or not at all. Some find none, so the " +
      "others wait as well; the message names one of those that hold the group back.",
    example: { wrong: "a group of four VMs, room for three", right: "one more host, or three VMs" },
  },
  preempted: {
    code: "VP3007",
    severity: "error",
    summary: "a workload of a higher priority has the room",
    explanation:
      "There is not room for both, and the other one has the higher priority. Add a host, ask " +
      "for less, or give this workload a PriorityClass with a higher value.",
    example: { wrong: "priorityClassName: low", right: "priorityClassName: high" },
  },
  rulesConflict: {
    code: "VP3008",
    severity: "warning",
    summary: "placement rules cannot all hold",
    explanation:
      "Rules that bind leave no host for a workload: what one demands another forbids. Weaken " +
      "one of those named to `should`, or change what it selects.",
    example: { wrong: "enforcement: must   # in both rules", right: "enforcement: should" },
  },
  moveOrder: {
    code: "VP3009",
    severity: "warning",
    summary: "moves cannot be made without a price",
    explanation:
      "The moves of the plan have no order in which every host has room and every rule holds all " +
      "the time: some are left out, or are made one by one while a rule does not hold.",
    example: { wrong: "a circle of moves between full hosts", right: "a host with spare room" },
  },
  degradation: {
    code: "VP3010",
    severity: "warning",
    summary: "a host failure would slow workloads down",
    explanation:
      "Everything reserved survives the host failures that the cluster shall tolerate, but what " +
      "is in use now would get less afterwards than the policy allows. Add a host or use less.",
    example: { wrong: "use of 90 % on three hosts", right: "a fourth host" },
  },
};
