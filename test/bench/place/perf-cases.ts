/**
 * The cases of kube-scheduler's scheduler_perf (v1.37.2) that are about where Pods go, as worlds:
 * its hosts (4 CPUs, 32 GiB), its Pods (100m, 500 MiB) and the gate of its own CI beside each.
 * What happens in between there (churn) waits here together with the Pods that are measured.
 */
import type { Host } from "../../../engine/model/host.ts";
import type { NamespaceLabels, PlacementWorkload } from "../../../engine/model/placement.ts";
import { demand, GIB, MIB, pod, terms } from "../../engine/place/builders.ts";
import {
  HOSTNAME,
  named,
  preferred,
  required,
  soft,
  spreadOver,
  type Terms,
  ZONE,
  zoned,
} from "./perf-terms.ts";

/** Pods of one template in one or more namespaces, which take turns. */
interface Pods {
  readonly count: number;
  readonly model: PlacementWorkload;
  readonly namespaces?: readonly string[];
}

interface Hosts {
  readonly count: number;
  readonly zones?: readonly string[];
  readonly given?: (index: number) => Partial<Host>;
}

export interface PerfCase {
  readonly name: string;
  /** Pods a second that upstream's CI asks for; 0 where it asks for none. */
  readonly gate: number;
  readonly hosts: readonly Hosts[];
  readonly running: readonly Pods[];
  readonly waiting: readonly Pods[];
}

const MOON = ["moon-1", "moon-2", "moon-3"];
const DEVOPS = Array.from({ length: 100 }, (_item, index) => `init-ns-${String(index)}`);

/** Namespaces of all cases; the first two have no labels. */
export const NAMESPACES: readonly NamespaceLabels[] = [
  { name: "sched-0", labels: {} },
  { name: "sched-1", labels: {} },
  ...[...DEVOPS, "measure-ns-0"].map((name) => ({ name, labels: { team: "devops" } })),
];

const usual = { cpu: 100, memory: 500 * MIB };
const none = { cpu: 0, memory: 0 };

function template(
  color: string | undefined,
  given: Terms = {},
  amounts: { readonly cpu: number; readonly memory: number } = usual,
): PlacementWorkload {
  const labels: Readonly<Record<string, string>> = color === undefined ? {} : { color };
  const qos = amounts.cpu === 0 ? ({ qos: "BestEffort" } as const) : {};
  return pod("model", { labels, scheduling: terms(given), demand: demand(amounts, qos) });
}

const plain = template(undefined);
const apart = template("green", { podAntiAffinity: required("green", HOSTNAME) });
const together = template("blue", { podAffinity: required("blue", ZONE) });
const ratherTogether = template("red", { podAffinity: preferred("red", HOSTNAME) });
const ratherApart = template("yellow", { podAntiAffinity: preferred("yellow", HOSTNAME) });
const apartByLabel = template("green", { podAntiAffinity: required("green", HOSTNAME, true) });
const ratherApartByLabel = template("green", {
  podAntiAffinity: preferred("green", HOSTNAME, true),
});
const togetherByLabel = template("blue", { podAffinity: required("blue", ZONE, true) });
const ratherTogetherByLabel = template("red", { podAffinity: preferred("red", HOSTNAME, true) });
const spreadByDefault = template(
  "blue",
  { spread: [spreadOver(HOSTNAME, 3, soft), spreadOver(ZONE, 5, soft)] },
  none,
);
const light = template(undefined, {}, none);
/** More CPUs than a host has. */
const tooLarge = template(undefined, { priority: 10 }, { cpu: 9000, memory: 500 * MIB });
const low = template(undefined, {}, { cpu: 900, memory: 500 * MIB });
const high = template(undefined, { priority: 10 }, { cpu: 3000, memory: 500 * MIB });

const capacity = { cpuMillicores: 4000, memoryBytes: 32 * GIB, ephemeralStorageBytes: 100 * GIB };
const taint = { key: "foo", value: "", effect: "NoSchedule" } as const;

const roomFor = (count: number): Partial<Host> => ({
  allocatable: { ...capacity, pods: count, extended: {} },
});

const resourceOf = (index: number): Readonly<Record<string, number>> => ({
  [`foo.com/bar-${String(index)}`]: 1,
});

const withOwnResource = (index: number): Partial<Host> => ({
  allocatable: { ...capacity, pods: 110, extended: resourceOf(index) },
});

function wantsResource(index: number): PlacementWorkload {
  const bare = demand(none);
  const request = { ...bare.request, extended: resourceOf(index) };
  return pod("model", { demand: { ...bare, request } });
}

const HOSTS: Hosts = { count: 5000 };
const IN_ONE_ZONE: Hosts = { count: 5000, zones: ["zone1"] };
const IN_ZONES: Hosts = { count: 5000, zones: MOON };
const LARGE: Hosts = { count: 1, given: () => ({ name: "large", ...roomFor(90_000) }) };

const FIRST = ["sched-0"];
const SECOND = ["sched-1"];
const MEASURED = ["measure-ns-0"];

const pods = (
  count: number,
  model: PlacementWorkload,
  namespaces: readonly string[] = FIRST,
): Pods => ({ count, model, namespaces });

/** A gate, then hosts, Pods that run, Pods that wait. */
const perf = (
  name: string,
  gate: number,
  hosts: readonly Hosts[],
  [running, waiting]: readonly [readonly Pods[], readonly Pods[]],
): PerfCase => ({ name, gate, hosts, running, waiting });

/** The case that the others are held against. */
export const BASIC: PerfCase = perf(
  "basic",
  680,
  [HOSTS],
  [[pods(1000, plain)], [pods(10_000, plain)]],
);

export const PERF_CASES: readonly PerfCase[] = [
  BASIC,
  perf("basic, 50 000 Pods", 790, [HOSTS], [[pods(5000, plain)], [pods(50_000, plain)]]),
  perf("anti-affinity", 180, [HOSTS], [[pods(1000, apart)], [pods(2000, apart, SECOND)]]),
  perf(
    "others' anti-affinity",
    540,
    [HOSTS],
    [[pods(1000, apart)], [pods(5000, template("green"), SECOND)]],
  ),
  perf("affinity", 70, [IN_ONE_ZONE], [[pods(5000, together)], [pods(5000, together, SECOND)]]),
  perf(
    "preferred affinity",
    160,
    [HOSTS],
    [[pods(5000, ratherTogether)], [pods(5000, ratherTogether, SECOND)]],
  ),
  perf(
    "preferred anti-affinity",
    190,
    [HOSTS],
    [[pods(5000, ratherApart)], [pods(5000, ratherApart, SECOND)]],
  ),
  perf(
    "node affinity",
    540,
    [IN_ONE_ZONE],
    [
      [pods(5000, template(undefined, zoned("zone1", "zone2")))],
      [pods(10_000, template(undefined, zoned("zone1", "zone2")))],
    ],
  ),
  perf(
    "mixed",
    540,
    [IN_ONE_ZONE],
    [
      [plain, together, apart, ratherTogether, ratherApart].map((model) => pods(2000, model)),
      [pods(5000, plain)],
    ],
  ),
  perf(
    "anti-affinity by namespace label",
    140,
    [{ count: 6000 }],
    [[pods(4000, apartByLabel, DEVOPS)], [pods(2000, apartByLabel, MEASURED)]],
  ),
  perf(
    "preferred anti-affinity by namespace label",
    180,
    [HOSTS],
    [[pods(4000, ratherApartByLabel, DEVOPS)], [pods(2000, ratherApartByLabel, MEASURED)]],
  ),
  perf(
    "affinity by namespace label",
    180,
    [IN_ONE_ZONE],
    [[pods(5000, togetherByLabel, DEVOPS)], [pods(2000, togetherByLabel, MEASURED)]],
  ),
  perf(
    "preferred affinity by namespace label",
    190,
    [HOSTS],
    [[pods(5000, ratherTogetherByLabel, DEVOPS)], [pods(5000, ratherTogetherByLabel, MEASURED)]],
  ),
  perf(
    "spread",
    460,
    [IN_ZONES],
    [[pods(5000, plain)], [pods(5000, template("blue", { spread: [spreadOver(ZONE, 5)] }))]],
  ),
  perf(
    "preferred spread",
    340,
    [IN_ZONES],
    [[pods(5000, plain)], [pods(5000, template("blue", { spread: [spreadOver(ZONE, 5, soft)] }))]],
  ),
  perf("default spread", 160, [IN_ZONES], [[pods(5000, plain)], [pods(50_000, spreadByDefault)]]),
  perf(
    "spread over hosts without taints",
    270,
    [{ count: 4000 }, { count: 1000, given: () => ({ taints: [taint] }) }],
    [
      [],
      [
        pods(
          4000,
          template("blue", { spread: [spreadOver(HOSTNAME, 1, { nodeTaintsPolicy: "Honor" })] }),
        ),
      ],
    ],
  ),
  perf(
    "daemon set, 15 000 hosts",
    1100,
    [LARGE, { count: 15_000 }],
    [[], [pods(30_000, template(undefined, named("large"), none))]],
  ),
  perf("one host", 910, [LARGE], [[pods(20_000, light)], [pods(20_000, light)]]),
  perf(
    "beside Pods on their way out",
    830,
    [HOSTS],
    [[pods(5000, { ...light, isEnding: true })], [pods(5000, light)]],
  ),
  perf(
    "some never fit",
    590,
    [HOSTS],
    [[pods(100, plain)], [pods(85, tooLarge), pods(10_000, plain)]],
  ),
  perf(
    "some never fit, fuller",
    600,
    [HOSTS],
    [[pods(20_000, plain)], [pods(83, tooLarge), pods(10_000, plain)]],
  ),
  perf(
    "mixed churn",
    710,
    [HOSTS, { count: 1, given: () => ({ name: "churn", ...roomFor(0) }) }],
    [[], [pods(14, tooLarge), pods(10_000, plain)]],
  ),
  perf(
    "beside some that preempt",
    570,
    [HOSTS],
    [[pods(20_000, { ...low, isPreemptible: true })], [pods(44, high), pods(5000, plain)]],
  ),
  perf(
    "each its own extended resource",
    180,
    [{ count: 5000, given: withOwnResource }],
    [[], Array.from({ length: 5000 }, (_item, index) => pods(1, wantsResource(index)))],
  ),
];
