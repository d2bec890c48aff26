import { describe, expect, test } from "vitest";
import type { Decision } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, MIB, pod, policy, problem, running } from "../builders.ts";
import { decide, rejection } from "./asked.ts";

describe("D10: three admission gates, each with its own code", () => {
  test("host: reservation and overhead have to be unreserved", () => {
    const wanted = { demand: demand({ cpu: 0, memory: 60 * GIB, overhead: 5 * GIB }) };
    expect(rejection({}, wanted)).toEqual({
      filter: "HostReservation",
      code: "mem-unreserved",
      curable: false,
    });
  });

  test("pool: reservation above the limit of the namespace or of an ancestor", () => {
    const pool = (name: string, parent: string | undefined, gib: number): object => ({
      address: `pool/${name}`,
      parent,
      cpuMillicoresLimit: undefined,
      memoryBytesLimit: gib * GIB,
      shares: "normal",
      source: { path: "", document: 0, pointer: "" },
    });
    const decideIn = (own: number, parent: number): Decision | undefined =>
      place(
        problem({
          hosts: [host("a")],
          pools: [pool("shop", "pool/all", own), pool("all", undefined, parent)] as never,
          workloads: [
            running("old", "a", { pool: "pool/shop", demand: demand({ memory: 2 * GIB }) }),
            pod("new", { pool: "pool/shop", demand: demand({ memory: 2 * GIB }) }),
          ],
        }),
      ).decisions.at(0);
    expect(decideIn(4, 4)?.chosen).toBe("a");
    expect(decideIn(3, 4)?.gate).toEqual({
      code: "pool-limit",
      message: "pool/shop has 3Gi memory: 2Gi used + 2Gi wanted is 1Gi too many",
    });
    expect(decideIn(4, 3)?.gate?.message).toContain("pool/all");
  });

  test("cluster: what is reserved has to survive the declared host failures", () => {
    const decideWith = (hostFailuresToTolerate: number): Decision | undefined =>
      place(
        problem({
          hosts: [host("a"), host("b")],
          policies: [policy({ hostFailuresToTolerate })],
          workloads: [
            running("old", "a", { demand: demand({ memory: 40 * GIB }) }),
            pod("new", { demand: demand({ memory: 30 * GIB }) }),
          ],
        }),
      ).decisions.at(0);
    expect(decideWith(0)?.chosen).toBe("b");
    const refused = decideWith(1);
    expect(refused?.chosen).toBeUndefined();
    // Host a has no room of its own; b would, but for the gate.
    expect(refused?.rejectedCounts).toEqual({ "mem-short": 1, "cluster-failover": 1 });
    expect(refused?.gate?.code).toBe("cluster-failover");
    expect(refused?.gate?.message).toContain("1 host");
  });

  test("S19, F12: a limit above every host names the biggest host and the missing amount", () => {
    const tebibyte = 1024 * GIB;
    const capacity = { cpuMillicores: 64_000, memoryBytes: tebibyte, ephemeralStorageBytes: 0 };
    const hosts = [host("big", { capacity }), host("small")];
    const limit = { memoryBytes: 2 * tebibyte };
    const decision = decide(hosts, { demand: demand({}, { limit }) });
    expect(decision?.chosen).toBeUndefined();
    expect(decision?.gate?.code).toBe("limit-exceeds-host");
    expect(decision?.gate?.message).toContain(
      "no host has 2048Gi memory: the biggest is big with 1024Gi, 1024Gi short",
    );
  });

  test("S19: a size that one host can hold leaves out only the smaller ones", () => {
    const capacity = { cpuMillicores: 64_000, memoryBytes: 128 * GIB, ephemeralStorageBytes: 0 };
    const wanted = demand({}, { limit: { memoryBytes: 100 * GIB } });
    const decision = decide([host("big", { capacity }), host("small")], { demand: wanted });
    expect(decision?.chosen).toBe("big");
    expect(decision?.rejected[0]).toMatchObject({
      host: "small",
      code: "size-exceeds-host",
      short: 36 * GIB,
    });
  });

  test("without any host the gate says so", () => {
    expect(decide([], {})?.gate?.code).toBe("no-hosts");
  });
});

test("amounts in messages are exact", () => {
  const old = running("old", "a", { demand: demand({ memory: 63 * GIB }) });
  const found = decide([host("a")], { demand: demand({ memory: GIB + MIB }) }, [old]);
  expect(found?.rejected[0]?.message).toBe(
    "memory: requested 1025Mi, free 1Gi, not enough is free",
  );
  const large = decide([host("a")], { demand: demand({ cpu: 16_001 }) });
  expect(large?.gate?.message).toContain("16001m CPU: the biggest is a with 16, 1m short");
});
