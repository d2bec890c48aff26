import type { Applicant } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { floorDivide } from "../basics/units.ts";
import { type Filter, PASS } from "./filter.ts";

const CURABLE = 0;
const INCURABLE = 1;
const MILLICORES = 1000;
const HUNDRED = 100;

/**
 * Cap on virtual CPUs: those of all workloads of a host, running or not busy alike, stay within a
 * percentage of its CPUs; a CPU is a hardware thread (row S01).
 */
export const cpuOvercommit: Filter = {
  name: "CpuOvercommit",
  origin: "vsphere",
  scope: "ledger",
  reasons: [
    { code: "cpu-overcommit", curable: true },
    { code: "cpu-overcommit", curable: false },
  ],
  isIdle: (_applicant, { clusters }) =>
    clusters.every(({ policy }) => policy?.cpuOvercommitPercentMax === undefined),
  test: (host, applicant, ledger) => {
    const cap = capOf(host, ledger);
    const wanted = wantedOf(applicant);
    if (cap === undefined || wanted <= 0 || wanted + (ledger.vcpus[host] ?? 0) <= cap) return PASS;
    return wanted > cap ? INCURABLE : CURABLE;
  },
  describe: (host, applicant, ledger) => {
    const cap = capOf(host, ledger) ?? 0;
    const [wanted, used] = [wantedOf(applicant), ledger.vcpus[host] ?? 0];
    const percent = ledger.clusters[ledger.clusterOf[host] ?? 0]?.policy?.cpuOvercommitPercentMax;
    const sums = `${String(used)} vCPUs there + ${String(wanted)} wanted`;
    return {
      message: `${sums} is more than ${String(cap)}, ${String(percent)} % of its CPUs`,
      short: (used + wanted - cap) * MILLICORES,
    };
  },
};

const wantedOf = ({ workloadClass }: Applicant): number => workloadClass.sample.demand.size.vcpus;

/** Most virtual CPUs of the host; undefined where its cluster has no cap. */
function capOf(host: number, ledger: Ledger): number | undefined {
  const { policy } = ledger.clusters[ledger.clusterOf[host] ?? 0] ?? {};
  if (policy?.cpuOvercommitPercentMax === undefined) return undefined;
  const millicores = ledger.hosts[host]?.capacity.cpuMillicores ?? 0;
  return floorDivide(millicores * policy.cpuOvercommitPercentMax, HUNDRED * MILLICORES);
}
