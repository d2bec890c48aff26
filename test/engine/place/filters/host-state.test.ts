import { describe, expect, test } from "vitest";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import { demand, terms } from "../builders.ts";
import { rejection } from "./asked.ts";

describe("D17: host state and compatibility", () => {
  const cases: readonly {
    name: string;
    given: Partial<Host>;
    wanted?: Partial<PlacementWorkload>;
    code: string | undefined;
  }[] = [
    { name: "connected is fine", given: {}, code: undefined },
    { name: "maintenance", given: { connection: "maintenance" }, code: "maintenance" },
    { name: "disconnected", given: { connection: "disconnected" }, code: "disconnected" },
    { name: "standby", given: { connection: "standby" }, code: "standby" },
    { name: "closed for scheduling", given: { unschedulable: true }, code: "unschedulable" },
    {
      name: "closed, but the workload tolerates the taint of that name",
      given: { unschedulable: true },
      wanted: {
        scheduling: terms({
          tolerations: [
            {
              key: "node.kubernetes.io/unschedulable",
              operator: "Exists",
              value: "",
              effect: "NoSchedule",
            },
          ],
        }),
      },
      code: undefined,
    },
    { name: "no such runtime", given: { runtimes: ["vmx"] }, code: "runtime" },
    {
      name: "another cluster",
      given: {},
      wanted: { scheduling: terms({ cluster: "c2" }) },
      code: "cluster",
    },
    {
      name: "the same cluster",
      given: {},
      wanted: { scheduling: terms({ cluster: "c1" }) },
      code: undefined,
    },
    { name: "another provider", given: {}, wanted: { provider: "kvm" }, code: "provider" },
    {
      name: "a datastore that is not mounted",
      given: { datastores: ["slow"] },
      wanted: { scheduling: terms({ datastores: ["slow", "fast"] }) },
      code: "datastore",
    },
    {
      name: "all datastores mounted",
      given: { datastores: ["slow", "fast"] },
      wanted: { scheduling: terms({ datastores: ["fast"] }) },
      code: undefined,
    },
    {
      name: "a network that does not reach",
      given: { networks: [] },
      wanted: { scheduling: terms({ networks: ["dmz"] }) },
      code: "network",
    },
    {
      name: "a network that reaches",
      given: { networks: ["dmz"] },
      wanted: { scheduling: terms({ networks: ["dmz"] }) },
      code: undefined,
    },
    {
      name: "a host name asked for",
      given: {},
      wanted: { scheduling: terms({ nodeName: "b" }) },
      code: "node-name",
    },
    { name: "a pin elsewhere", given: {}, wanted: { pinHost: "b" }, code: "pinned" },
    { name: "a pin to this host", given: {}, wanted: { pinHost: "a" }, code: undefined },
  ];
  test.for([...cases])("$name", ({ given, wanted, code }) => {
    const found = rejection(given, wanted ?? {});
    expect(found?.code).toBe(code);
    if (found !== undefined) expect(found.curable).toBe(false);
  });

  test("D08: memory pressure keeps off BestEffort Pods only", () => {
    const pressed = { memoryPressure: true };
    const best = demand({ cpu: 0, memory: 0 }, { qos: "BestEffort" });
    expect(rejection(pressed, { demand: best })?.code).toBe("memory-pressure");
    expect(rejection({}, { demand: best })).toBeUndefined();
    expect(rejection(pressed, { demand: demand({}, { qos: "Guaranteed" }) })).toBeUndefined();
  });
});
