import { expect, test } from "vitest";
import { type HostFacts, hostFromAttributes } from "../../../engine/model/host-spec.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { observe, updateOf, vmIntent } from "../../contract/subjects.ts";
import { hostIntent } from "../../support/esxi-sim.ts";
import { inWorld } from "./world.ts";

const FACTS: HostFacts = { name: "esx-a", provider: "sim", planned: true };

const hostOf = (spec: JsonObject) =>
  hostFromAttributes({ metadata: { labels: { rack: "r1" } }, spec }, FACTS);

const FULL: JsonObject = {
  cluster: "c1",
  cpu: { sockets: 2, coresPerSocket: 8, threadsPerCore: 2, mhz: 2600 },
  memory: "128Gi",
  numa: [
    { cpus: "0-15", memory: "64Gi" },
    { cpus: "16-31", memory: "64Gi" },
  ],
  reserved: { cpu: "1", memory: "4Gi" },
  runtimes: ["vmx", "crx"],
  taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }],
  extended: { "nvidia.com/gpu": 4 },
  simulated: { activeMemory: "45Gi", activeCPU: "6" },
};

test("D03: a host gives what it has minus what is kept; a hyperthread is a CPU (S01)", () => {
  const host = hostOf(FULL);
  expect(host.capacity).toMatchObject({ cpuMillicores: 32_000, memoryBytes: 128 * 2 ** 30 });
  expect(host.allocatable).toMatchObject({
    cpuMillicores: 31_000,
    memoryBytes: 124 * 2 ** 30,
    extended: { "nvidia.com/gpu": 4 },
  });
  expect(host.active).toEqual({ cpuMillicores: 6000, memoryBytes: 45 * 2 ** 30 });
  expect(host.numa.map((node) => node.cpus.length)).toEqual([16, 16]);
  expect(host.taints).toEqual([{ key: "gpu", value: "yes", effect: "NoSchedule" }]);
  expect(host.labels).toEqual({ "kubernetes.io/hostname": "esx-a", rack: "r1" });
});

test.for([
  { name: "maintenance", spec: { maintenance: true }, want: "maintenance" },
  { name: "standby", spec: { simulated: { state: "standby" } }, want: "standby" },
  { name: "nothing", spec: {}, want: "connected" },
])("a spec that says $name makes a host that is $want", ({ spec, want }) => {
  expect(hostOf(spec).connection).toBe(want);
});

test.for([
  ["0-3,8", [0, 1, 2, 3, 8]],
  ["5", [5]],
])("the CPU list %s is read", ([text, want]) => {
  const [node] = hostOf({ numa: [{ cpus: text as string, memory: "1Gi" }] }).numa;
  expect(node?.cpus).toEqual(want);
});

test.for(["3-1", "a-b", "0-99999", "1,,2"])("the CPU list %s is no list", (text) => {
  expect(hostOf({ numa: [{ cpus: text, memory: "1Gi" }] }).numa).toEqual([]);
});

test("the simulated host is the declared one, planned no more", () =>
  inWorld(async (world) => {
    const intent = hostIntent("esx-a", FULL);
    const attributes = { ...intent.attributes, metadata: { labels: { rack: "r1" } } };
    await world.provider().create({ ...intent, attributes }, world.context);
    const { hosts } = await observe(world);
    const found = hosts.find((host) => host.name === "esx-a");
    expect({ ...found, planned: true }).toEqual(hostOf(FULL));
  }));

test("a host sleeps and wakes as it is told, but not with machines on it", () =>
  inWorld(async (world) => {
    const intent = hostIntent("esx-a", {});
    const provider = world.provider();
    await provider.create(intent, world.context);
    const stateAfter = async (mode: "standby" | "wake"): Promise<string | undefined> => {
      await provider.update(updateOf(intent, mode), world.context);
      const { hosts } = await observe(world);
      return hosts.find(({ name }) => name === "esx-a")?.connection;
    };
    expect(await stateAfter("standby")).toBe("standby");
    expect(await stateAfter("wake")).toBe("connected");
    await provider.create(vmIntent(1, { host: "esx-a" }), world.context);
    const refused = await provider.update(
      updateOf(intent, "standby", { tag: { ...intent.tag, intent: "again" } }),
      world.context,
    );
    expect(refused).toMatchObject({ is: "failed", why: { type: "conflict", code: "VP6214" } });
  }));
