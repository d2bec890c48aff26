import { beforeAll, describe, expect, test } from "vitest";
import type { PlacementPolicy } from "../../../engine/model/desired.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { kinds, prepareKinds } from "../../../schemas/index.ts";
import { documentsOf } from "../../support/documents.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const environment = (placement: string): string =>
  `{apiVersion: vpac.dev/v1alpha1, kind: Environment, metadata: {name: e}, spec: {placement: ${placement}}}`;
const supervisor = (scheduling: string): string =>
  `{apiVersion: vpac.dev/v1alpha1, kind: Supervisor, metadata: {name: s}, spec: {cluster: c1, networks: {management: {}, workload: {}}, scheduling: ${scheduling}}}`;

const policies = (text: string): readonly PlacementPolicy[] => resolveText(text).value.policies;

describe("how capacity for host failures is kept", () => {
  test.for([
    { name: "nothing said", block: "{}", want: undefined },
    { name: "capacity", block: "{policy: capacity}", want: { kind: "capacity" } },
    {
      name: "percentage",
      block: "{policy: percentage, cpuPercent: 25, memoryPercent: 30}",
      want: { kind: "percentage", cpuPercent: 25, memoryPercent: 30 },
    },
    {
      name: "a percentage that follows from the failures",
      block: "{policy: percentage}",
      want: { kind: "percentage" },
    },
    {
      name: "slots of a given size",
      block: '{policy: slots, slot: {cpu: "2", memory: 4Gi}}',
      want: { kind: "slots", cpuMillicores: 2000, memoryBytes: 2 ** 32 },
    },
    {
      name: "dedicated hosts",
      block: "{policy: dedicated, failoverHosts: [esx-9]}",
      want: { kind: "dedicated", hosts: ["esx-9"] },
    },
    { name: "simulation", block: "{policy: simulation}", want: { kind: "simulation" } },
  ])("$name, of the Environment and of a Supervisor", ({ block, want }) => {
    const admission = block.replace("{", "{hostFailuresToTolerate: 1, ");
    const [general, own] = [
      policies(environment(`{hostFailuresToTolerate: 1, admission: ${block}}`))[0],
      policies(supervisor(`{admission: ${admission}}`))[1],
    ];
    for (const policy of [general, own]) {
      expect(policy?.hostFailuresToTolerate).toBe(1);
      expect(policy?.admission).toEqual(want);
    }
    expect(own?.cluster).toBe("c1");
  });

  test("degradation, demand and the cap on virtual CPUs are read", () => {
    const block =
      "{demand: consumed, cpuOvercommitPercentMax: 400, " +
      "admission: {performanceDegradationToleratedPercent: 20}}";
    const want = { demand: "consumed", cpuOvercommitPercentMax: 400, degradationPercentMax: 20 };
    expect(policies(environment(block))[0]).toMatchObject(want);
    expect(policies(supervisor(block))[1]).toMatchObject(want);
  });
});

describe("settings that contradict each other", () => {
  const issuesOf = (kind: "Environment" | "Supervisor", text: string): string[] => {
    const [document] = documentsOf(text);
    const found = kinds.byKey(`vpac.dev/${kind}`)?.check?.(document?.value as JsonObject) ?? [];
    return found.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  };

  test.for([
    {
      block: "{policy: capacity, cpuPercent: 25}",
      want: "cpuPercent: cpuPercent is read with policy percentage alone; the policy here is capacity.",
    },
    {
      block: "{slot: {cpu: 1}}",
      want: "slot: slot is read with policy slots alone; the policy here is capacity.",
    },
    {
      block: "{policy: dedicated}",
      want: "policy: The policy dedicated needs failoverHosts: the hosts that are kept free.",
    },
    {
      block: "{policy: simulation}",
      want: "policy: The policy simulation needs hostFailuresToTolerate of at least 1.",
    },
    {
      block: "{policy: percentage, cpuPercent: 25}",
      want: "policy: The policy percentage needs hostFailuresToTolerate of at least 1.",
    },
  ])("$block", ({ block, want }) => {
    expect(issuesOf("Environment", environment(`{admission: ${block}}`))).toEqual([
      `/spec/placement/admission/${want}`,
    ]);
    expect(issuesOf("Supervisor", supervisor(`{admission: ${block}}`))).toEqual([
      `/spec/scheduling/admission/${want}`,
    ]);
  });

  test("a percentage that states both needs no number of failures", () => {
    const block = "{admission: {policy: percentage, cpuPercent: 25, memoryPercent: 25}}";
    expect(issuesOf("Environment", environment(block))).toEqual([]);
    expect(issuesOf("Supervisor", supervisor(block))).toEqual([]);
  });
});
