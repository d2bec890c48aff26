/**
 * Rules that are hard on a scheduler and that scheduler_perf has no case for: many domains, many
 * classes of few Pods, and all kinds of rules at once. 5,000 hosts in 125 racks and 3 zones.
 */
import type { PlacementWorkload } from "../../../engine/model/placement.ts";
import type { PodAffinityTerm, SpreadConstraint } from "../../../engine/model/scheduling.ts";
import { demand, MIB, pod, terms } from "../../engine/place/builders.ts";
import type { PerfCase } from "./perf-cases.ts";

const HOSTNAME = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";
const RACK = "example.com/rack";
const RACKS = 125;
const ZONES = 3;

type Rules = Parameters<typeof terms>[0];

const selector = (app: string) => ({ matchLabels: { app }, matchExpressions: [] });

function spreadOver(
  app: string,
  topologyKey: string,
  given: Partial<SpreadConstraint> = {},
): SpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "DoNotSchedule",
    selector: selector(app),
    minDomains: undefined,
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Ignore",
    ...given,
  };
}

function apart(app: string, topologyKey: string): Rules {
  const namespaces: readonly string[] = [];
  const term: PodAffinityTerm = {
    selector: selector(app),
    namespaces,
    namespaceSelector: undefined,
    topologyKey,
    rule: app,
  };
  return { podAntiAffinity: { required: [term], preferred: [] } };
}

const model = (app: string, rules: Rules): PlacementWorkload =>
  pod("model", {
    labels: { app },
    scheduling: terms(rules),
    demand: demand({ cpu: 100, memory: 500 * MIB }),
  });

function hostOf(index: number) {
  const name = `h${String(index).padStart(6, "0")}`;
  const labels = {
    [HOSTNAME]: name,
    [RACK]: `r${String(index % RACKS)}`,
    [ZONE]: `z${String(index % ZONES)}`,
  };
  return { name, labels };
}

/** So many classes of so many Pods each, with rules of their own. */
const worst = (
  name: string,
  [classes, count]: readonly [number, number],
  rulesOf: (app: string) => Rules,
): PerfCase => ({
  name,
  gate: 0,
  hosts: [{ count: 5000, given: hostOf }],
  running: [],
  waiting: Array.from({ length: classes }, (_item, index) => {
    const app = `app-${String(index)}`;
    return { count, model: model(app, rulesOf(app)) };
  }),
});

const allAtOnce = (app: string): Rules => ({
  ...apart(app, HOSTNAME),
  spread: [spreadOver(app, RACK), spreadOver(app, ZONE, { maxSkew: 2 })],
});

export const WORST_CASES: readonly PerfCase[] = [
  worst("spread over 125 racks", [1, 5000], (app) => ({ spread: [spreadOver(app, RACK)] })),
  worst("spread over racks and hosts", [1, 5000], (app) => ({
    spread: [spreadOver(app, RACK), spreadOver(app, HOSTNAME)],
  })),
  worst("preferred spread over 125 racks", [1, 5000], (app) => ({
    spread: [spreadOver(app, RACK, { whenUnsatisfiable: "ScheduleAnyway" })],
  })),
  worst("1,000 classes, each apart by host", [1000, 5], (app) => apart(app, HOSTNAME)),
  worst("1,000 classes, each apart by zone", [1000, 3], (app) => apart(app, ZONE)),
  worst("100 classes, three rules each", [100, 50], allAtOnce),
  worst("1,000 classes, three rules each", [1000, 5], allAtOnce),
];
