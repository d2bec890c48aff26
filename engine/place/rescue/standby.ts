import { compareText } from "../../model/canonical.ts";
import type { Host } from "../../model/host.ts";
import { applicantOf } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { FILTERS } from "../filters/index.ts";
import { failingFilters } from "../fixes/obstacles.ts";
import { connectionRelaxations } from "../fixes/host-states.ts";
import type { World } from "../fixes/scene.ts";
import { Trial } from "../fixes/trial.ts";
import type { Pending } from "../deciding/order.ts";

/** Filters that a host in standby may fail and pass once it is awake. */
const CURED_BY_WAKING: number = FILTERS.reduce(
  (mask, { name }, order) =>
    name === "HostConnection" || name === "ClusterFailover" ? mask | (1 << order) : mask,
  0,
);

/**
 * The host in standby that takes the workload once it is awake: the smallest that will do, by name
 * where several are as large. Only clusters with a policy for power have any. The workload must
 * not be seated.
 */
export function sleeperFor({ workload, workloadClass }: Pending, world: World): number | undefined {
  const { ledger } = world;
  const applicant = applicantOf(workloadClass, ledger);
  const sleepers = sleepersOf(world).filter(
    (host) => (failingFilters(host, applicant, ledger) & ~CURED_BY_WAKING) === 0,
  );
  const trial = new Trial(subjectOf(workload.key, workloadClass), world);
  return sleepers.find((host) => {
    const [waking = []] = connectionRelaxations(host, applicant, ledger);
    const name = ledger.hosts[host]?.name;
    return name !== undefined && trial.hostWith(waking, name) === name;
  });
}

const subjectOf = (key: string, { sample }: WorkloadClass): WorkloadClass["sample"] => ({
  ...sample,
  key,
});

/** Hosts in standby that may be woken for a workload, the smallest first. */
export function sleepersOf({
  problem,
  ledger,
}: Pick<World, "problem" | "ledger">): readonly number[] {
  const mayWake = problem.power && new Set(problem.power.onNeed);
  return ledger.hosts
    .map((host, index) => ({ host, index }))
    .filter(
      ({ host, index }) =>
        host.connection === "standby" &&
        mayWake?.has(host.name) !== false &&
        ledger.clusters[ledger.clusterOf[index] ?? 0]?.policy?.power !== undefined,
    )
    .sort((left, right) => compareSizes(left.host, right.host))
    .map(({ index }) => index);
}

const compareSizes = (left: Host, right: Host): number =>
  left.capacity.memoryBytes - right.capacity.memoryBytes ||
  left.capacity.cpuMillicores - right.capacity.cpuMillicores ||
  compareText(left.name, right.name);
