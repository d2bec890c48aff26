/** What placement tells of four hosts. */
import type { Plan, PlanHost } from "../../engine/model/plan.ts";
import { planWith } from "../support/tui.ts";

const GIB = 1024 ** 3;

/** A host of 10 cores; before and after are percent of its CPU. */
export function host(name: string, before: number, after: number, state = "connected"): PlanHost {
  const use = (percent: number) => {
    const amounts = { cpuMillicores: percent * 100, memoryBytes: 0 };
    return { reserved: amounts, entitled: amounts, workloads: 1 } as PlanHost["before"];
  };
  const capacity = { cpuMillicores: 10_000, memoryBytes: 64 * GIB };
  return { name, state, cluster: "c", capacity, before: use(before), after: use(after) };
}

/** Four hosts, one of them in maintenance, and one decision between them. */
export const PLACED: Plan["placement"] = {
  ...planWith([]).placement,
  moves: { count: 1, budget: 5, list: [] },
  hosts: [
    host("esx-01", 58, 63),
    host("esx-02", 93, 81),
    host("esx-03", 0, 0, "maintenance"),
    host("esx-04", 64, 92),
  ],
  decisions: [
    {
      id: "d-1",
      address: "vm/shop/cache",
      chosen: "esx-04",
      from: "esx-02",
      decidedBy: "load",
      candidates: [
        { host: "esx-04", score: 0.86, rank: 1, terms: {} },
        { host: "esx-01", score: 0.71, rank: 2, terms: {} },
      ],
      rejected: [
        {
          host: "esx-03",
          code: "maintenance",
          message: "in maintenance mode",
          filter: "state",
          curable: false,
        },
      ],
      rejectedCounts: { maintenance: 1 },
      hostsConsidered: 4,
      hostsFeasible: 2,
    },
  ],
  resilience: { nPlus: 1, tightest: "memory", spare: 6 * GIB },
};
