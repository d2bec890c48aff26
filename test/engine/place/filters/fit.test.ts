import { describe, expect, test } from "vitest";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import { demand, GIB, host, running } from "../builders.ts";
import { decide, rejection } from "./asked.ts";

describe("D05: room by requests", () => {
  const small = (given: Partial<Host["allocatable"]> = {}): Partial<Host> => ({
    allocatable: {
      cpuMillicores: 4000,
      memoryBytes: 8 * GIB,
      ephemeralStorageBytes: 10 * GIB,
      pods: 2,
      extended: { "nvidia.com/gpu": 2 },
      ...given,
    },
  });
  const old = running("old", "a", { demand: demand({ cpu: 1000, memory: 2 * GIB }) });
  const request = (
    given: Partial<PlacementWorkload["demand"]["request"]>,
  ): Partial<PlacementWorkload> => {
    const base = demand({ cpu: 0, memory: 0 });
    return { demand: { ...base, request: { ...base.request, ...given } } };
  };
  const cases: readonly {
    name: string;
    wanted: Partial<PlacementWorkload>;
    code: string | undefined;
    curable?: boolean;
  }[] = [
    {
      name: "exactly the rest of CPU and memory",
      wanted: { demand: demand({ cpu: 3000, memory: 6 * GIB }) },
      code: undefined,
    },
    { name: "a millicore too much", wanted: { demand: demand({ cpu: 3001 }) }, code: "cpu-short" },
    {
      name: "a byte too much",
      wanted: { demand: demand({ memory: 6 * GIB + 1 }) },
      code: "mem-short",
    },
    {
      name: "more CPU than the host has",
      wanted: { demand: demand({ cpu: 4001 }) },
      code: "cpu-short",
      curable: false,
    },
    {
      name: "more memory than the host has",
      wanted: { demand: demand({ memory: 9 * GIB }) },
      code: "mem-short",
      curable: false,
    },
    {
      name: "CPU is curable, memory is not: the verdict is incurable",
      wanted: { demand: demand({ cpu: 3500, memory: 9 * GIB }) },
      code: "cpu-short",
      curable: false,
    },
    {
      name: "scratch space",
      wanted: request({ ephemeralStorageBytes: 10 * GIB + 1 }),
      code: "storage-short",
      curable: false,
    },
    {
      name: "exactly all scratch space",
      wanted: request({ ephemeralStorageBytes: 10 * GIB }),
      code: undefined,
    },
    {
      name: "two devices of two",
      wanted: request({ extended: { "nvidia.com/gpu": 2 } }),
      code: undefined,
    },
    {
      name: "three devices of two",
      wanted: request({ extended: { "nvidia.com/gpu": 3 } }),
      code: "extended-short",
      curable: false,
    },
    {
      name: "a device that the host has not",
      wanted: request({ extended: { "amd.com/gpu": 1 } }),
      code: "extended-short",
      curable: false,
    },
    { name: "nothing at all", wanted: request({}), code: undefined },
  ];
  test.for([...cases])("$name", ({ wanted, code, curable }) => {
    const found = rejection(small(), wanted, [old]);
    expect(found?.code).toBe(code);
    if (found !== undefined) expect(found.curable).toBe(curable ?? true);
  });

  test("the number of Pods is a resource, and VMs are no Pods", () => {
    const full = [old, running("second", "a", { demand: demand({ cpu: 0, memory: 0 }) })];
    const nothing = demand({ cpu: 0, memory: 0 });
    expect(rejection(small(), { demand: nothing }, full)?.code).toBe("pods-full");
    expect(rejection(small(), { demand: { ...nothing, qos: undefined } as never }, full)).toBe(
      undefined,
    );
  });

  test("D04: a powered-off workload takes no room", () => {
    const off = running("off", "a", { demand: demand({ cpu: 4000 }), poweredOn: false });
    expect(rejection(small(), { demand: demand({ cpu: 4000 }) }, [off])).toBeUndefined();
  });

  test("the missing amount is told", () => {
    const found = decide([host("a", small())], { demand: demand({ memory: 7 * GIB }) }, [old]);
    expect(found?.rejected[0]).toMatchObject({ code: "mem-short", short: GIB });
    expect(found?.rejected[0]?.message).toContain("memory");
  });
});
