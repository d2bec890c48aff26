import { expect, test } from "vitest";
import { type Inventory, type Provider, ProviderError } from "../../../engine/contract/provider.ts";
import type { Judged } from "../../../engine/diagnostics/diagnostic.ts";
import type { EngineEvent } from "../../../engine/events/event.ts";
import type { ObservedObject, Observation } from "../../../engine/model/observation.ts";
import { type ObservePorts, observe } from "../../../engine/observe/observe.ts";
import { host, observedOf, recordedOf, resource, sha256 } from "../../support/builders.ts";
import { instantProvider } from "../../support/plans.ts";
import { Sim } from "../../sim/sim.ts";

const object = (name: string, at = "sim"): ObservedObject =>
  observedOf(recordedOf(resource(`vm/a/${name}`)), { id: name, provider: at });

const inventory = (over: Partial<Inventory> = {}): Inventory => ({
  complete: true,
  asOf: "7",
  hosts: [],
  objects: [],
  ...over,
});

function provider(name: string, answer: (sim: Sim) => Promise<Inventory>, sim: Sim): Provider {
  return { ...instantProvider(), name, observe: () => answer(sim) };
}

interface Observed extends Judged<Observation> {
  readonly events: readonly EngineEvent[];
  readonly elapsedMs: number;
}

async function observed(
  answers: Readonly<Record<string, (sim: Sim) => Promise<Inventory>>>,
  over: Partial<ObservePorts> & { readonly stopAtMs?: number } = {},
): Promise<Observed> {
  const sim = new Sim();
  const startMs = sim.now;
  const events: EngineEvent[] = [];
  const stop = new AbortController();
  if (over.stopAtMs !== undefined) sim.at(over.stopAtMs, () => stop.abort());
  const providers = Object.entries(answers).map(([name, answer]) => provider(name, answer, sim));
  const ports: ObservePorts = {
    clock: sim.clock(),
    signal: stop.signal,
    emit: (event) => events.push(event),
    digest: sha256,
    timeoutMs: 5_000,
    ...over,
  };
  let result: Judged<Observation> | undefined;
  const end = await sim.run(async () => {
    result = await observe(providers, { ids: [], lineage: "" }, ports);
  });
  if (end.is === "threw") throw end.error;
  return { ...result!, events, elapsedMs: sim.now - startMs };
}

test("the answers of all providers become one observation, sorted", async () => {
  const { value, diagnostics } = await observed({
    two: async () => inventory({ objects: [object("z", "two"), object("b", "two")] }),
    one: async () => inventory({ objects: [object("a", "one")], hosts: [host({ name: "esx-2" })] }),
  });
  expect(diagnostics).toEqual([]);
  expect(value.readings.map(({ provider: name, complete }) => [name, complete])).toEqual([
    ["one", true],
    ["two", true],
  ]);
  expect(value.objects.map(({ id }) => id)).toEqual(["a", "b", "z"]);
});

test("providers are asked at the same time", async () => {
  const slow = async (sim: Sim): Promise<Inventory> => {
    await sim.sleep(3_000);
    return inventory();
  };
  const { elapsedMs } = await observed({ a: slow, b: slow, c: slow });
  expect(elapsedMs).toBe(3_000);
});

const UNREAD = [
  {
    name: "says why it cannot be read",
    answer: () =>
      Promise.reject(
        new ProviderError({ type: "forbidden", code: "no-login", message: "login refused" }),
      ),
    code: "VP6101",
    error: { code: "no-login", message: "login refused" },
  },
  {
    name: "throws anything else",
    answer: () => Promise.reject(new TypeError("x is undefined")),
    code: "VP6104",
    error: { code: "VP6104" },
  },
  {
    name: "does not answer in time",
    answer: () => new Promise<Inventory>(() => undefined),
    code: "VP6102",
    error: { code: "VP6102" },
  },
];

test.for(UNREAD)(
  "B04: a provider that $name is unread, not empty",
  async ({ answer, code, error }) => {
    const { value, diagnostics } = await observed({
      bad: answer,
      good: async () => inventory({ objects: [object("a", "good")] }),
    });
    expect(diagnostics.map((diagnostic) => [diagnostic.code, diagnostic.severity])).toEqual([
      [code, "error"],
    ]);
    expect(value.readings).toMatchObject([
      { provider: "bad", complete: false, error },
      { provider: "good", complete: true, error: undefined },
    ]);
    expect(value.objects).toHaveLength(1);
  },
);

test("a part of an answer is kept and marked as a part", async () => {
  const answer = async (): Promise<Inventory> =>
    inventory({ complete: false, objects: [object("a")] });
  const { value, diagnostics } = await observed({ sim: answer });
  expect(value.readings[0]?.complete).toBe(false);
  expect(value.objects).toHaveLength(1);
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
    ["VP6103", "warning"],
  ]);
});

test("T24: what a provider warns of is told, each time", async () => {
  const answer = async (): Promise<Inventory> =>
    inventory({ warnings: ["certificates are not checked"] });
  const { value, diagnostics } = await observed({ sim: answer });
  expect(value.readings[0]?.complete).toBe(true);
  expect(diagnostics).toMatchObject([{ code: "VP6109", severity: "warning" }]);
  expect(diagnostics[0]?.detail).toContain("certificates are not checked");
});

test("an incomplete answer says what is missing", async () => {
  const answer = async (): Promise<Inventory> =>
    inventory({ complete: false, missing: ['host "kvm-b"', "list of Machines"] });
  const { diagnostics } = await observed({ sim: answer });
  expect(diagnostics[0]?.detail).toContain('Missing: host "kvm-b"; list of Machines.');
});

test("a provider that could not be opened counts as unread", async () => {
  const error = { code: "VP6101", message: "not available in this build" };
  const unreachable = [{ provider: "kvm", complete: false, asOf: "", error }];
  const { value, diagnostics } = await observed({}, { unreachable });
  expect(value.readings).toEqual(unreachable);
  expect(diagnostics[0]?.detail).toContain("not available in this build");
});

test("a stop signal ends the reading at once", async () => {
  const answer = (): Promise<Inventory> => new Promise(() => undefined);
  const { diagnostics, elapsedMs } = await observed({ sim: answer }, { stopAtMs: 200 });
  expect(diagnostics.map(({ code }) => code)).toEqual(["VP6105"]);
  expect(elapsedMs).toBe(200);
});

test("the digest depends on what is there, not on when or in which order it was read", async () => {
  const first = await observed({
    sim: async () => inventory({ objects: [object("a"), object("b")] }),
  });
  const again = await observed({
    sim: async () => inventory({ asOf: "9", objects: [object("b"), object("a")] }),
  });
  const other = await observed({
    sim: async () => inventory({ objects: [object("a"), { ...object("b"), revision: "r2" }] }),
  });
  expect(again.value.digest).toBe(first.value.digest);
  expect(other.value.digest).not.toBe(first.value.digest);
});

test("measured use does not change the digest", async () => {
  const use = { cpuMillicores: 900, memoryBytes: 1 };
  const idle = await observed({ sim: async () => inventory({ hosts: [host({ name: "esx-1" })] }) });
  const hot = host({ name: "esx-1", active: use });
  const busy = await observed({ sim: async () => inventory({ hosts: [hot] }) });
  expect(busy.value.digest).toBe(idle.value.digest);
});

test("every provider's reading is announced and its end told with counts", async () => {
  const answer = async (): Promise<Inventory> => inventory({ objects: [object("a")] });
  const { events } = await observed({ sim: answer });
  expect(events).toMatchObject([
    { type: "refresh_start", provider: "sim" },
    { type: "refresh_complete", provider: "sim", objects: 1, hosts: 0, complete: true },
  ]);
});
