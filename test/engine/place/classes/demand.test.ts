import { describe, expect, test } from "vitest";
import type { DemandModel, Usage } from "../../../../engine/model/usage.ts";
import { wantedBy } from "../../../../engine/place/classes/demand.ts";
import { divvy } from "../../../../engine/place/pools/divvy.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, MIB, policy, problem, running } from "../builders.ts";

const OVERHEAD = 100 * MIB;
/** A VM of 8 GB: half of its memory is touched, a fifth is active. */
const VM = demand({ cpu: 4000, memory: 8192 * MIB, overhead: OVERHEAD });
const active = { cpuMillicores: 500, memoryBytes: 1638 * MIB };
const half = 4096 * MIB;

describe("demand models", () => {
  test.for<{ name: string; model: DemandModel; usage: Usage; cpu?: number; mebibytes: number }>([
    {
      name: "active: 1638 + 25 % of the 2458 idle = 2252.5 MB, and the overhead",
      model: "active",
      usage: { active, consumedBytes: half },
      mebibytes: 2252.5 + 100,
    },
    {
      name: "active without idle memory has nothing to tax",
      model: "active",
      usage: { active, consumedBytes: 1000 * MIB },
      mebibytes: 1738,
    },
    {
      name: "active where nothing else is measured is taken as it is",
      model: "active",
      usage: { active },
      mebibytes: 1638,
    },
    {
      name: "consumed: everything touched, and the overhead",
      model: "consumed",
      usage: { active, consumedBytes: half, grantedBytes: 5000 * MIB },
      mebibytes: 4196,
    },
    {
      name: "consumed where it is not measured is active",
      model: "consumed",
      usage: { active, grantedBytes: 5000 * MIB },
      mebibytes: 1638,
    },
    {
      name: "granted: what the host gave, shared pages included",
      model: "granted",
      usage: { active, consumedBytes: half, grantedBytes: 5000 * MIB },
      mebibytes: 5000,
    },
    {
      name: "forecast above now counts: 900 MB more active memory and twice the CPU",
      model: "forecast",
      usage: {
        active,
        consumedBytes: half,
        forecast: { cpuMillicores: 1000, memoryBytes: 2538 * MIB },
      },
      cpu: 1000,
      mebibytes: 2252.5 + 100 + 900,
    },
    {
      name: "a forecast below now changes nothing",
      model: "forecast",
      usage: { active, consumedBytes: half, forecast: { cpuMillicores: 1, memoryBytes: 1 } },
      mebibytes: 2252.5 + 100,
    },
  ])("$name", ({ model, usage, cpu = 500, mebibytes }) => {
    const wanted = wantedBy(VM, usage, model);
    expect(wanted).toEqual({ cpuMillicores: cpu, memoryBytes: mebibytes * MIB });
  });

  test("D12: without any measurement it is the configured size and the overhead", () => {
    expect(wantedBy(VM, undefined, "consumed")).toEqual({
      cpuMillicores: 4000,
      memoryBytes: 8192 * MIB + OVERHEAD,
    });
  });

  test("the model before two rounds: four VMs of 4 GB, 1 GB active, get 1.75 GB each of 10", () => {
    const vm = demand({ memory: 4096 * MIB });
    const usage = { active: { cpuMillicores: 0, memoryBytes: GIB }, consumedBytes: 4096 * MIB };
    const ceiling = wantedBy(vm, usage, "active").memoryBytes / MIB;
    const claims = Array.from({ length: 4 }, () => ({ reservation: 0, ceiling, shares: 40_960 }));
    expect(divvy(10_240, claims)).toEqual([1792, 1792, 1792, 1792]);
  });
});

describe("the policy of the cluster names the model", () => {
  const usage = { consumedBytes: half, grantedBytes: 5000 * MIB };
  const vm = running("vm", "a", { demand: VM, active, usage });

  test.for([
    { model: undefined, mebibytes: 2352.5 },
    { model: "consumed" as const, mebibytes: 4196 },
    { model: "granted" as const, mebibytes: 5000 },
  ])("$model: the host carries $mebibytes MB", ({ model, mebibytes }) => {
    const policies = [policy(model === undefined ? {} : { demand: model })];
    const { hosts } = place(problem({ hosts: [host("a")], policies, workloads: [vm] }));
    expect(hosts[0]?.after.active.memoryBytes).toBe(mebibytes * MIB);
  });

  test("VMs that differ in what they touch are of different classes", () => {
    const { classes } = new Ledger(problem({ hosts: [host("a")] }));
    const other = running("other", "a", { ...vm, usage: { consumedBytes: half - MIB } });
    expect(classes.classOf(vm).load).not.toEqual(classes.classOf(other).load);
  });
});
