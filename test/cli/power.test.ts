import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Plan } from "../../engine/model/plan.ts";
import { host, pod, type Project, project, yaml } from "./project.ts";

const environment = (power: string): string =>
  `apiVersion: vpac.dev/v1alpha1\nkind: Environment\nmetadata: {name: e}\nspec: {placement: {balance: full, power: ${power}}}\n`;
const HOSTS = ["esx-01", "esx-02", "esx-03"].map((name) => host(name, 32));
const spec = (power: string, ...pods: readonly string[]): string =>
  yaml(environment(power), ...HOSTS, ...pods);
const FEW = [pod("a", "4Gi"), pod("b", "4Gi")];

let made: Project;

beforeEach(() => {
  made = project({ "spec.yaml": spec("{}", ...FEW) });
});
afterEach(() => made.remove());

async function applied(text: string): Promise<string> {
  made.write("spec.yaml", text);
  const ran = await made.run("apply -f spec.yaml --yes");
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  return ran.stdout;
}

const states = async (): Promise<Record<string, string>> => {
  const { stdout } = await made.run("hosts -f spec.yaml -o json");
  const { items } = JSON.parse(stdout) as { items: { name: string; connection: string }[] };
  return Object.fromEntries(items.map(({ name, connection }) => [name, connection]));
};

async function nothingLeft(): Promise<void> {
  const ran = await made.run("plan -f spec.yaml --detailed-exitcode");
  expect(ran.code, ran.stdout).toBe(0);
}

test("hosts that are little used are named, and sleep only where the documents say so", async () => {
  await applied(spec("{}", ...FEW));
  const advised = await made.run("plan -f spec.yaml --detailed-exitcode");
  expect(advised).toMatchObject({ code: 0 });
  expect(advised.stdout).toContain("Power, for a human to decide");
  expect(Object.values(await states())).toEqual(["connected", "connected", "connected"]);

  const stdout = await applied(spec("{automation: full}", ...FEW));
  expect(stdout).toContain("goes to sleep");
  expect(Object.values(await states()).sort()).toEqual(["connected", "standby", "standby"]);
  await nothingLeft();
});

test("a host that a human has to wake is advice: nothing is placed on it", async () => {
  await applied(spec("{automation: full}", ...FEW));
  await applied(spec("{automation: full}", ...FEW));
  const crowded = spec("{automation: manual}", ...FEW, pod("more", "19Gi"));
  const stdout = await applied(crowded);
  expect(stdout).toContain("should be woken");
  expect(Object.values(await states()).sort()).toEqual(["connected", "standby", "standby"]);
  await nothingLeft();
});

describe("a host that needs a plan which leaves it out", () => {
  const big = pod("big", "28Gi");
  const renamed = (text: string): string =>
    text.replaceAll(/metadata: \{name: (esx-\d+)\}/g, "metadata: {name: $1, labels: {rack: r1}}");
  const cases: readonly { readonly name: string; readonly args: string; readonly text: string }[] =
    [
      { name: "a selection", args: "plan --target pod/default/big", text: spec("{}", ...FEW, big) },
      {
        name: "documents that want it out of service",
        args: "plan",
        text: spec("{}", ...FEW, big).replaceAll(
          "  memory: 32Gi",
          "  memory: 32Gi\n  maintenance: true",
        ),
      },
      {
        name: "a rebalance that leaves its other change",
        args: "rebalance",
        text: renamed(spec("{}", ...FEW)),
      },
    ];
  for (const { name, args, text } of cases) {
    test(`is not woken, and named as what helps: ${name}`, async () => {
      await applied(spec("{automation: full}", ...FEW));
      await applied(spec("{automation: full}", ...FEW));
      made.write("spec.yaml", text);
      if (args === "rebalance") {
        const [awake] = Object.entries(await states()).find(([, state]) => state === "connected")!;
        await made.run(`sim fail -f spec.yaml host/${awake}`);
      }
      const ran = await made.run(`${args} -f spec.yaml`);
      expect(ran.code, ran.stderr).toBe(3);
      expect(ran.stdout).toMatch(/fix: wake host esx-0\d/);
    });
  }
});

test("a rebalance plans nothing but moves, and names the hosts", async () => {
  await applied(spec("{}", ...FEW));
  made.write("spec.yaml", spec("{automation: full}", ...FEW));
  const ran = await made.run("rebalance -f spec.yaml -o json");
  const { steps, placement } = JSON.parse(ran.stdout) as Plan;
  expect(steps).toEqual([]);
  expect(placement.power.map(({ to, isMade }) => [to, isMade])).toEqual([
    ["standby", undefined],
    ["standby", undefined],
  ]);
});

test("a host wakes before what needs it comes, with a saved plan too", async () => {
  await applied(spec("{automation: full}", ...FEW));
  await applied(spec("{automation: full}", ...FEW));
  made.write("spec.yaml", spec("{automation: manual}", ...FEW, pod("big", "28Gi")));
  const ran = await made.run("plan -f spec.yaml --out p.vpacplan -o json");
  const { steps, placement } = JSON.parse(ran.stdout) as Plan;
  const [power] = placement.power;
  expect(power).toMatchObject({ to: "on", for: "pod/default/big", isMade: true });
  const waking = steps.find(({ mode }) => mode === "wake");
  const coming = steps.find(({ address }) => address === "pod/default/big");
  expect(waking?.address).toBe(`host/${power?.host}`);
  expect(coming).toMatchObject({ host: power?.host, after: [waking?.id] });
  const done = await made.run("apply p.vpacplan");
  expect(done.code, done.stdout + done.stderr).toBe(0);
  expect((await states())[power?.host ?? ""]).toBe("connected");
  await nothingLeft();
});

test("explain says why a host sleeps or does not, and who keeps it from being emptied", async () => {
  const text = spec("{automation: full}", ...FEW);
  await applied(text);
  await applied(text);
  interface Told {
    readonly title: string;
    readonly power?: { readonly code: string };
    readonly left?: unknown;
  }
  const told = async (name: string): Promise<Told> => {
    const { stdout } = await made.run(`explain host/${name} -f spec.yaml -o json`);
    return JSON.parse(stdout) as Told;
  };
  const found = Object.entries(await states());
  const [awake] = found.find(([, state]) => state === "connected")!;
  const [asleep] = found.find(([, state]) => state === "standby")!;
  expect((await told(awake)).power?.code).toBe("hosts-min");
  expect((await told(asleep)).power?.code).toBe("not-needed");
  expect((await made.run(`explain ${awake} -f spec.yaml`)).stdout).toContain(
    "It stays awake (hosts-min):",
  );
  const paused = text.replace(
    "{name: a, labels: {app: web}}",
    '{name: a, annotations: {vpac.dev/paused: "true"}}',
  );
  made.write("spec.yaml", paused);
  await made.run(`sim maintenance host/${awake} -f spec.yaml`);
  expect((await told(awake)).left).toMatchObject([{ address: "pod/default/a", code: "paused" }]);
  made.write("spec.yaml", `${text}---\n${host("esx-09", 32)}`);
  expect((await told("esx-09")).title).toContain("declared, not made yet");
  // Documents that cannot be read do not keep anybody from looking at a host.
  made.write("spec.yaml", `${text}---\nkind: Nothing\n`);
  const ran = await made.run(`explain ${awake} -f spec.yaml`);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain(`host/${awake}`);
});
