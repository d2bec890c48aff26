import { beforeAll, describe, expect, test } from "vitest";
import type { Demand } from "../../../../engine/model/demand.ts";
import { cpuMhz, mebibytes } from "../../../../engine/model/quantity.ts";
import { prepareKinds } from "../../../../schemas/index.ts";
import { BOTH, demandOf, EQUAL, MI, type Resources, TWO } from "./demand-of.ts";

beforeAll(() => prepareKinds());

describe("reservation, limit and shares", () => {
  const full = { requests: { cpu: "100m", memory: "1Gi" }, limits: { cpu: "1", memory: "2Gi" } };
  const cases: readonly {
    name: string;
    containers: readonly Resources[];
    limit: Demand["limit"];
    reserved: number;
  }[] = [
    { name: "R02: no container has a limit", containers: [{}, {}], limit: {}, reserved: 0 },
    {
      name: "R02: one of two has none, so the VM has none",
      containers: [full, {}],
      limit: {},
      reserved: 100,
    },
    {
      name: "R02: one container with limits",
      containers: [full],
      limit: { cpuMillicores: 1000, memoryBytes: 2048 * MI },
      reserved: 100,
    },
    {
      name: "R02: limits of all are summed",
      containers: [full, full],
      limit: { cpuMillicores: 2000, memoryBytes: 4096 * MI },
      reserved: 200,
    },
    {
      name: "R02: per resource, memory limited by all and CPU by one",
      containers: [full, { limits: { memory: "1Gi" } }],
      limit: { memoryBytes: 3072 * MI },
      reserved: 100,
    },
    {
      name: "R02: limits only are reserved in full",
      containers: [{ limits: BOTH }],
      limit: { cpuMillicores: 1000, memoryBytes: 1024 * MI },
      reserved: 1000,
    },
  ];
  test.for(cases)("$name", ({ containers, limit, reserved }) => {
    const demand = demandOf({ containers });
    expect(demand.limit).toEqual(limit);
    expect(demand.reservation.cpuMillicores).toBe(reserved);
    expect(demand.shares).toBe("normal");
  });

  const figures: readonly {
    name: string;
    resources: Resources;
    mhz: number;
    at: number;
    mib: number;
  }[] = [
    {
      name: "F13, R01: 500m at 2600 MHz and 128Mi",
      resources: { requests: { cpu: "500m", memory: "128Mi" } },
      at: 2600,
      mhz: 1300,
      mib: 128,
    },
    { name: "F13: Guaranteed 1 CPU/1Gi", resources: EQUAL, at: 2600, mhz: 2600, mib: 1024 },
    { name: "F13: BestEffort reserves nothing", resources: {}, at: 2600, mhz: 0, mib: 0 },
    {
      name: "F13: 333m at 2599 MHz is rounded up",
      resources: { requests: { cpu: "333m" } },
      at: 2599,
      mhz: 866,
      mib: 0,
    },
  ];
  test.for(figures)("$name", ({ resources, at, mhz, mib }) => {
    const { reservation } = demandOf({ containers: [resources] });
    expect(cpuMhz(reservation.cpuMillicores, at)).toBe(mhz);
    expect(mebibytes(reservation.memoryBytes)).toBe(mib);
  });

  test("R03: the size is larger than the reservation, the difference is for bursts", () => {
    const { size, reservation } = demandOf({ containers: TWO });
    expect(size.memoryBytes).toBeGreaterThan(reservation.memoryBytes);
  });

  test("F12, S19: a limit larger than any host is a size like any other", () => {
    const { size } = demandOf({ containers: [{ limits: { memory: "2Ti" } }] });
    expect(size.memoryBytes).toBe(2 ** 41 + 100 * MI);
  });
});
