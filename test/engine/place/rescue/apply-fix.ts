import type { PlacementPolicy } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type {
  Fix,
  PlacementProblem,
  PlacementResult,
  PlacementWorkload,
} from "../../../../engine/model/placement.ts";
import { worldAfter } from "../any-world.ts";
import { editHost, newHosts } from "./edit-host.ts";
import { bytes, type Edit, millicores } from "./edit-texts.ts";
import { editWorkload } from "./edit-workload.ts";

/**
 * Makes the edits of a fix as a reader would, from their texts alone: it shares no code with what
 * proposes them, so that a fix whose text does not say enough fails.
 */
export function applyEdits(
  problem: PlacementProblem,
  key: string,
  edits: Fix["edits"],
): PlacementProblem {
  return edits.reduce((known, edit) => applyEdit(known, key, edit), problem);
}

/**
 * The same question for one workload or gang in the world as the plan leaves it. Nobody else waits
 * there: others without a host come later, but those of their groups are still without one.
 */
export function afterPlan(
  problem: PlacementProblem,
  result: PlacementResult,
  key: string,
): PlacementProblem {
  const { disruption = [], ...after } = worldAfter(problem, result);
  const own = problem.workloads.find((workload) => workload.key === key);
  const isAsking = ({ key: other, gang, wish }: PlacementWorkload): boolean =>
    other === key ||
    (gang !== undefined && gang === own?.gang && wish === "place" && own.wish === "place");
  const ended = new Set(result.preempted.map((each) => each.key));
  const isDown = (workload: PlacementWorkload): boolean =>
    !isAsking(workload) && (ended.has(workload.key) || workload.wish !== "keep");
  const all = new Map(problem.workloads.map((workload) => [workload.key, workload]));
  for (const workload of after.workloads) all.set(workload.key, workload);
  const down = [...all.values()].filter((workload) => isDown(workload));
  return {
    ...after,
    disruption: disruption.map(({ group, maxUnavailable }) => {
      const count = down.filter((each) => each.group === group).length;
      return { group, maxUnavailable: Math.max(0, maxUnavailable - count) };
    }),
    workloads: after.workloads.flatMap((workload): PlacementWorkload[] => {
      if (isAsking(workload)) return [workload];
      if (workload.wish === "place") return [];
      const { gang: _gang, ...rest } = workload;
      // Who has to leave and cannot stays for now, and is neither moved nor ended for others.
      return [rest.wish === "keep" ? rest : stuck(rest)];
    }),
  };
}

function stuck(workload: PlacementWorkload): PlacementWorkload {
  const { isMovable: _movable, isPreemptible: _preemptible, ...rest } = workload;
  return { ...rest, wish: "keep" };
}

function applyEdit(problem: PlacementProblem, key: string, edit: Edit): PlacementProblem {
  const [address, pointer] = edit.path.includes("#") ? edit.path.split("#") : ["", edit.path];
  const owner = address === "" ? key : address;
  if (problem.workloads.some((each) => each.key === owner) && pointer !== "") {
    return onWorkload(problem, owner ?? "", (each) =>
      editWorkload(each, { ...edit, path: pointer ?? "" }),
    );
  }
  if (address?.startsWith("host/") === true) {
    const name = address.slice("host/".length);
    return pointer === ""
      ? { ...problem, hosts: [...problem.hosts, ...newHosts(problem, name, edit.to)] }
      : onHost(problem, name, (host) => editHost(host, { ...edit, path: pointer ?? "" }));
  }
  if (address?.startsWith("policy/") === true) {
    return editPolicy(problem, address.slice("policy/".length), pointer ?? "", edit);
  }
  if (pointer === "") {
    return onAll(problem, (each) => withoutRule(each, edit.from ?? ""));
  }
  return editPool(problem, address ?? "", pointer ?? "", edit.to);
}

const onAll = (
  problem: PlacementProblem,
  change: (workload: PlacementWorkload) => PlacementWorkload,
): PlacementProblem => ({ ...problem, workloads: problem.workloads.map((each) => change(each)) });

const onWorkload = (
  problem: PlacementProblem,
  key: string,
  change: (workload: PlacementWorkload) => PlacementWorkload,
): PlacementProblem => onAll(problem, (each) => (each.key === key ? change(each) : each));

const onHost = (
  problem: PlacementProblem,
  name: string,
  change: (host: Host) => Host,
): PlacementProblem => ({
  ...problem,
  hosts: problem.hosts.map((host) => (host.name === name ? change(host) : host)),
});

function withoutRule(workload: PlacementWorkload, dropped: string): PlacementWorkload {
  const { scheduling } = workload;
  const { podAntiAffinity } = scheduling;
  const required = podAntiAffinity.required.filter(({ rule }) => rule !== dropped);
  return {
    ...workload,
    scheduling: { ...scheduling, podAntiAffinity: { ...podAntiAffinity, required } },
  };
}

function editPolicy(
  problem: PlacementProblem,
  cluster: string,
  pointer: string,
  { from, to }: Edit,
): PlacementProblem {
  return {
    ...problem,
    policies: problem.policies.map((policy) => {
      if ((policy.cluster ?? "default") !== cluster) return policy;
      const { admission: _admission, ...rest } = policy;
      if (pointer === "/admission/hosts") return withoutDedicated(policy, from);
      if (pointer === "/admission") return { ...rest, hostFailuresToTolerate: 0 };
      return { ...policy, [pointer.slice(1)]: Number(to) };
    }),
  };
}

function withoutDedicated(policy: PlacementPolicy, name = ""): PlacementPolicy {
  const { admission } = policy;
  if (admission?.kind !== "dedicated") throw new Error("no hosts are dedicated");
  const hosts = admission.hosts.filter((each) => each !== name);
  return { ...policy, admission: { kind: "dedicated", hosts } };
}

function editPool(
  problem: PlacementProblem,
  address: string,
  pointer: string,
  to: string,
): PlacementProblem {
  return {
    ...problem,
    pools: problem.pools.map((pool) => {
      if (pool.address !== address) return pool;
      if (pointer === "/spec/reservations/expandable") return { ...pool, isExpandable: true };
      return pointer.endsWith("/cpu")
        ? { ...pool, cpuMillicoresLimit: millicores(to) }
        : { ...pool, memoryBytesLimit: bytes(to) };
    }),
  };
}
