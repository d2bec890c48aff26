import type { Amounts } from "../../model/demand.ts";
import type { PlacementPolicy, PoolLimits } from "../../model/desired.ts";
import { amountText } from "../basics/amounts.ts";
import type { Applicant } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { ClusterUse } from "../ledger/cluster-use.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { mebibytesUp } from "../basics/units.ts";
import { policyChange, poolChange, type Relaxation, type Obstacles } from "./scene.ts";

const MEBIBYTE = 1_048_576;
const COST_QUOTA = 25;
const COST_EXPAND = 28;
const COST_ADMISSION = 68;

const RESOURCES = ["cpuMillicores", "memoryBytes"] as const;
const NAMES = { cpuMillicores: "cpu", memoryBytes: "memory" } as const;
const LIMITS = { cpuMillicores: "cpuMillicoresLimit", memoryBytes: "memoryBytesLimit" } as const;

/** What the pools of a workload refuse: a higher limit, or leave to reserve beyond their own. */
export function poolRelaxations({ sample, reserved }: WorkloadClass, ledger: Ledger): Obstacles {
  const chain = ledger.pools.chainOf(sample.pool);
  const limits = chain.flatMap(({ limits: pool, reserved: used }) =>
    RESOURCES.flatMap((resource) => {
      const limit = pool[LIMITS[resource]];
      const wanted = sample.demand.reservation[resource];
      if (limit === undefined || wanted <= 0 || used[resource] + wanted <= limit) return [];
      return [[raisedLimit(pool, resource, { limit, needed: used[resource] + wanted })]];
    }),
  );
  if (limits.length > 0) return limits;
  const shut = chain.find(({ limits: pool, used }) => {
    if (pool.isExpandable !== false) return false;
    return RESOURCES.some(
      (resource) => used[resource] + reserved[resource] > (pool.reservation?.[resource] ?? 0),
    );
  });
  return shut === undefined ? [] : [[expandable(shut.limits)]];
}

function raisedLimit(
  pool: PoolLimits,
  resource: keyof Amounts,
  { limit, needed }: { readonly limit: number; readonly needed: number },
): Relaxation {
  const to = resource === "memoryBytes" ? mebibytesUp(needed) * MEBIBYTE : needed;
  const text = (amount: number): string => amountText(resource, amount);
  return {
    cost: COST_QUOTA,
    description:
      `raise the ${NAMES[resource]} limit of ${pool.address} by ${text(to - limit)} ` +
      `to ${text(to)}`,
    edit: {
      path: `${pool.address}#/spec/limits/${NAMES[resource]}`,
      from: text(limit),
      to: text(to),
    },
    change: poolChange(pool, (known) => ({ ...known, [LIMITS[resource]]: to })),
  };
}

const expandable = (pool: PoolLimits): Relaxation => ({
  cost: COST_EXPAND,
  description: `let ${pool.address} reserve beyond its own reservation`,
  edit: { path: `${pool.address}#/spec/reservations/expandable`, from: "false", to: "true" },
  change: poolChange(pool, (known) => ({ ...known, isExpandable: true })),
});

/** Fewer host failures to survive where failures are tried, which no host is asked about. */
export const trialRelaxations = ({ clusters }: Ledger): readonly Relaxation[] =>
  clusters
    .filter(({ policy }) => policy?.admission?.kind === "simulation")
    .flatMap((cluster) => fewerFailures(cluster));

function fewerFailures({ name, policy }: ClusterUse): readonly Relaxation[] {
  if (policy === undefined) return [];
  const failures = policy.hostFailuresToTolerate;
  return Array.from({ length: failures }, (_, step): Relaxation => {
    const to = failures - step - 1;
    return {
      cost: COST_ADMISSION + step,
      description:
        `tolerate ${String(to)} host failures in cluster ${name}, not ` + String(failures),
      edit: {
        path: `${policyName(policy)}#/hostFailuresToTolerate`,
        from: String(failures),
        to: String(to),
      },
      change: policyChange(policy, (known) => ({ ...known, hostFailuresToTolerate: to })),
    };
  });
}

/** Fewer host failures to survive, as few fewer as possible. */
export function failoverRelaxations(
  index: number,
  _applicant: Applicant,
  ledger: Ledger,
): Obstacles {
  const cluster = ledger.clusters[ledger.clusterOf[index] ?? 0];
  const policy = cluster?.policy;
  if (cluster === undefined || policy === undefined) return [];
  const fewer = fewerFailures(cluster);
  const { admission, hostFailuresToTolerate: failures } = policy;
  if (admission === undefined) return [fewer];
  const off: Relaxation = {
    cost: COST_ADMISSION + failures + 1,
    description: `keep no capacity for failures in cluster ${cluster.name}`,
    edit: { path: `${policyName(policy)}#/admission`, from: admission.kind, to: "" },
    change: policyChange(policy, ({ admission: _admission, ...known }) => ({
      ...known,
      hostFailuresToTolerate: 0,
    })),
  };
  return [[...fewer, off]];
}

/** The host takes others than those whose host was lost. */
export function failoverHostRelaxations(
  index: number,
  _applicant: Applicant,
  ledger: Ledger,
): Obstacles {
  const { name: cluster = "", policy } = ledger.clusters[ledger.clusterOf[index] ?? 0] ?? {};
  const name = ledger.hosts[index]?.name ?? "";
  if (policy === undefined) return [];
  const open: Relaxation = {
    cost: COST_ADMISSION,
    description: `keep host ${name} of cluster ${cluster} no longer free for fail-over`,
    edit: { path: `${policyName(policy)}#/admission/hosts`, from: name, to: "" },
    change: policyChange(policy, (known) => withoutDedicated(known, name)),
  };
  return [[open]];
}

function withoutDedicated(policy: PlacementPolicy, name: string): PlacementPolicy {
  const { admission } = policy;
  if (admission?.kind !== "dedicated") return policy;
  const hosts = admission.hosts.filter((each) => each !== name);
  return { ...policy, admission: { ...admission, hosts } };
}

/** A higher cap on virtual CPUs. */
export function overcommitRelaxations(
  index: number,
  { workloadClass }: Applicant,
  ledger: Ledger,
): Obstacles {
  const cluster = ledger.clusters[ledger.clusterOf[index] ?? 0];
  const policy = cluster?.policy;
  const from = policy?.cpuOvercommitPercentMax;
  const millicores = ledger.hosts[index]?.capacity.cpuMillicores ?? 0;
  if (cluster === undefined || policy === undefined || from === undefined) return [];
  if (millicores <= 0) return [];
  const needed = (ledger.vcpus[index] ?? 0) + workloadClass.sample.demand.size.vcpus;
  const to = Math.ceil((needed * 100_000) / millicores);
  const texts = { from: String(from), to: String(to) };
  return [
    [
      {
        cost: COST_ADMISSION,
        description:
          `allow ${texts.to} % of virtual CPUs in cluster ${cluster.name}, ` +
          `not ${texts.from} %`,
        edit: { path: `${policyName(policy)}#/cpuOvercommitPercentMax`, ...texts },
        change: policyChange(policy, (known) => ({ ...known, cpuOvercommitPercentMax: to })),
      },
    ],
  ];
}

/** A policy by the cluster that it is for. */
export const policyName = ({ cluster }: PlacementPolicy): string =>
  `policy/${cluster ?? "default"}`;
