import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallContext, Intent, Provider } from "../../engine/contract/provider.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import {
  openEsxiSim,
  openWorldAdmin,
  serveWorld,
  type Serving,
  type WorldAdmin,
} from "../../providers/esxi-sim/index.ts";
import type { ContractWorld, ProviderHarness } from "../contract/harness.ts";
import { SIM_EMBEDDED, SIM_SOCKET } from "../contract/descriptions.ts";
import { PLAIN, POD, VM, vmIntent } from "../contract/subjects.ts";
import { fakeClock } from "./fake-clock.ts";

export const GIB: number = 2 ** 30;

/** A host of 16 CPUs and 64 GiB. */
const hostAttributes = (over: JsonObject = {}): JsonObject => ({
  metadata: { labels: {} },
  spec: { cluster: "c1", cpu: { coresPerSocket: 16, mhz: 2600 }, memory: "64Gi", ...over },
});

export const hostIntent = (name: string, over: JsonObject = {}): Intent =>
  vmIntent(0, {
    objectId: `host-${name}`,
    address: `host/${name}`,
    tag: { lineage: "hosts", address: `host/${name}`, fence: 1, intent: `host-${name}` },
    kindKey: "vpac.dev/Host",
    apiVersion: "vpac.dev/v1alpha1",
    kind: "host",
    namespace: undefined,
    name,
    attributes: hostAttributes(over),
    host: undefined,
  });

/** A world in a temporary folder, with the hands of its administrator. */
export interface SimWorld extends ContractWorld {
  readonly hosts: readonly [string, string];
  powerOffBehind(id: string): Promise<void>;
  readonly dataFolder: string;
  readonly admin: WorldAdmin;
}

interface Opened {
  readonly provider: Provider;
  readonly serving: Serving | undefined;
}

/** Opens a fresh world with two hosts, embedded or behind a socket of a server in this process. */
export async function openSimWorld(how: "embedded" | "socket" = "embedded"): Promise<SimWorld> {
  const dataFolder = mkdtempSync(join(tmpdir(), "vpac-sim-"));
  const clock = fakeClock();
  const place = { dataFolder, provider: "sim", clock };
  const context: CallContext = {
    clock: { ...clock, sleep: (ms, signal) => (ms > 10_000 ? never(signal) : clock.sleep(ms)) },
    signal: new AbortController().signal,
    log: () => undefined,
  };
  const socket = join(dataFolder, "world.sock");
  const openIt = async (): Promise<Opened> => {
    const serving = how === "socket" ? await serveWorld(place, socket) : undefined;
    const settings = how === "socket" ? { socket: "world.sock" } : {};
    const config = { name: "sim", type: "esxi-sim", settings } as const;
    const entropy = { uuid: () => "", u32: () => 0 };
    const setup = { config, dataFolder, baseFolder: dataFolder, clock, entropy };
    return { provider: await openEsxiSim(setup), serving };
  };
  let opened = await openIt();
  const admin = openWorldAdmin(place);
  const shut = async (): Promise<void> => {
    await opened.provider.close();
    await opened.serving?.close();
  };
  for (const name of ["host-a", "host-b"]) await opened.provider.create(hostIntent(name), context);
  return {
    dataFolder,
    admin,
    provider: () => opened.provider,
    context,
    subjects: [VM, POD, PLAIN],
    hosts: ["host-a", "host-b"],
    reopen: async () => {
      await shut();
      opened = await openIt();
    },
    makeForeign: (name, tag) => admin.makeMachine({ name, namespace: "shop", host: "host-a", tag }),
    powerOffBehind: (id) => admin.powerOff(id),
    failNext: (kind) => admin.failNext(kind),
    close: async () => {
      await shut();
      await admin.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Deadlines of minutes do not pass in tests. */
const never = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));

export const simHarness = (how: "embedded" | "socket"): ProviderHarness => ({
  ...(how === "embedded" ? SIM_EMBEDDED : SIM_SOCKET),
  open: () => openSimWorld(how),
});
