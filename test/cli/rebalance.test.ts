import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OUTPUT_SCHEMAS } from "../../cli/wiring/output-schemas.ts";
import type { Plan } from "../../engine/model/plan.ts";
import { host, pod, type Project, project, yaml } from "./project.ts";

const PODS = ["a", "b", "c", "d", "e", "f"];
const environment = (placement: string): string =>
  `apiVersion: vpac.dev/v1alpha1\nkind: Environment\nmetadata: {name: e}\nspec: {placement: ${placement}}\n`;
const spec = (placement: string, hosts: readonly string[], more: readonly string[] = []): string =>
  yaml(
    environment(placement),
    ...hosts.map((name) => host(name, 32)),
    ...PODS.map((name) => pod(name, "3Gi")),
    ...more,
  );

const HOSTS = ["esx-01", "esx-02", "esx-03"];
/** Any gain is worth a move. */
const EAGER = "{threshold: 5}";

let made: Project;

/** All Pods run on the first two hosts, and a third one has come. */
beforeEach(async () => {
  made = project({ "spec.yaml": spec("{}", ["esx-01", "esx-02"]) });
  await ok("apply -f spec.yaml --yes");
  made.write("spec.yaml", spec(EAGER, HOSTS));
  await ok("apply -f spec.yaml --yes");
});
afterEach(() => made.remove());

async function ok(args: string): Promise<string> {
  const ran = await made.run(args);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  return ran.stdout;
}

async function plan(args: string): Promise<Plan> {
  const ran = await made.run(`${args} -f spec.yaml -o json`);
  const document = JSON.parse(ran.stdout) as Plan;
  const schema = await OUTPUT_SCHEMAS.get("plan")?.();
  const check = new Ajv2020({ allErrors: true, strict: false }).compile(schema ?? {});
  expect(check(document) ? [] : check.errors).toEqual([]);
  return document;
}

const workloadsOn = ({ placement }: Plan): readonly number[] =>
  placement.hosts.map(({ after }) => after.workloads);

describe("vpac rebalance", () => {
  test("D19: shows moves alone, makes them, and then there is nothing more to move", async () => {
    const { summary, placement, steps } = await plan("rebalance");
    expect(summary).toMatchObject({ move: 2, create: 0, update: 0, delete: 0 });
    expect(placement.moves.list.map(({ to, reason }) => [to, reason])).toEqual([
      ["esx-03", "balance"],
      ["esx-03", "balance"],
    ]);
    expect(steps.every(({ mode }) => mode === "move")).toBe(true);
    const ran = await made.run("rebalance -f spec.yaml --detailed-exitcode");
    expect(ran.code).toBe(2);
    expect(await ok("rebalance -f spec.yaml --yes")).toContain("0 added, 2 changed, 0 destroyed");
    const again = await made.run("rebalance -f spec.yaml --detailed-exitcode");
    expect(again.code, again.stdout).toBe(0);
    expect(again.stdout).toContain("No moves.");
    expect(workloadsOn(await plan("plan"))).toEqual([2, 2, 2]);
  });

  test("the state keeps when something moved", async () => {
    const movesOf = async (name: string): Promise<readonly number[]> => {
      const ran = await made.run(`state show pod/default/${name} -o json`);
      return (JSON.parse(ran.stdout) as { movedAtMs?: readonly number[] }).movedAtMs ?? [];
    };
    const { placement } = await plan("rebalance");
    const moved = placement.moves.list.map(({ address }) => address.replace("pod/default/", ""));
    await ok("rebalance -f spec.yaml --yes");
    for (const name of PODS) {
      expect((await movesOf(name)).length, name).toBe(moved.includes(name) ? 1 : 0);
    }
  });

  test("tells every move in the event stream", async () => {
    const ran = await made.run("rebalance -f spec.yaml -o ndjson");
    const moves = ran.stdout
      .split("\n")
      .filter((line) => line.includes('"planned_move"'))
      .map((line) => JSON.parse(line) as { made: boolean; move: { to: string } });
    expect(moves.map(({ made: isMade, move }) => [isMade, move.to])).toEqual([
      [true, "esx-03"],
      [true, "esx-03"],
    ]);
  });

  test("leaves out whatever else differs", async () => {
    made.write("spec.yaml", spec(EAGER, HOSTS, [pod("new", "3Gi")]));
    const { summary } = await plan("rebalance");
    expect(summary).toMatchObject({ move: 2, create: 0, noop: expect.any(Number) });
    const { stderr } = await made.run("rebalance -f spec.yaml");
    expect(stderr).toContain("1 other change left out: vpac plan");
  });

  test("a saved plan of moves is applied as it was shown", async () => {
    await ok("rebalance -f spec.yaml --out even.vpacplan");
    expect(await ok("apply even.vpacplan")).toContain("0 added, 2 changed, 0 destroyed");
  });

  test("takes no more moves than it may", async () => {
    expect((await plan("rebalance --max-moves 1")).summary.move).toBe(1);
  });

  test("moves nothing with the threshold at which only must-be moves are made", async () => {
    expect((await plan("rebalance --threshold 1")).summary.move).toBe(0);
  });

  test("refuses a threshold that there is not, and to save what it makes", async () => {
    expect((await made.run("rebalance -f spec.yaml --threshold 6")).code).toBe(64);
    expect((await made.run("rebalance -f spec.yaml --yes --out x")).code).toBe(64);
  });

  test("moves no Pod that is told to stay", async () => {
    const stays = PODS.map((name) =>
      pod(name, "3Gi").replace("labels:", 'annotations: {vpac.dev/balance: "off"}, labels:'),
    );
    const hosts = HOSTS.map((name) => host(name, 32));
    made.write("spec.yaml", yaml(environment(EAGER), ...hosts, ...stays));
    expect((await plan("rebalance")).summary.move).toBe(0);
  });
});

describe("N05: who decides on moves", () => {
  const rewrite = (placement: string): void => made.write("spec.yaml", spec(placement, HOSTS));

  test("nobody by default", async () => {
    const { summary, placement } = await plan("plan");
    expect([summary.move, placement.recommendations.length]).toEqual([0, 0]);
  });

  test("manual: a plan shows what could move, and does not move it", async () => {
    rewrite("{balance: manual, threshold: 5}");
    const { summary, placement } = await plan("plan");
    expect(summary.move).toBe(0);
    expect(placement.recommendations.map(({ to }) => to)).toEqual(["esx-03", "esx-03"]);
    const text = await ok("plan -f spec.yaml --detailed-exitcode");
    expect(text).toContain("Recommended, not part of this plan (2 for balance)");
    expect(text).toContain("No changes.");
  });

  test("full: the moves are part of the plan, and after it the plan is empty", async () => {
    rewrite("{balance: full, threshold: 5}");
    const { summary } = await plan("plan");
    expect(summary.move).toBe(2);
    await ok("apply -f spec.yaml --yes");
    expect(await ok("plan -f spec.yaml --detailed-exitcode")).toContain("No changes.");
  });

  test("full: a newcomer and the moves of one plan go together", async () => {
    made.write("spec.yaml", spec("{balance: full, threshold: 5}", HOSTS, [pod("new", "3Gi")]));
    await ok("apply -f spec.yaml --yes");
    expect(await ok("plan -f spec.yaml --detailed-exitcode")).toContain("No changes.");
  });
});

describe("vpac explain of something that stays", () => {
  const codeOf = async (name: string): Promise<string | undefined> => {
    const json = await ok(`explain pod/default/${name} -f spec.yaml -o json`);
    return (JSON.parse(json) as { staying?: { code: string } }).staying?.code;
  };
  const noting = (name: string, annotation: string): string =>
    pod(name, "3Gi").replace("labels:", `annotations: {${annotation}}, labels:`);

  test("tells that nothing is asked to move, or that something says it stays", async () => {
    const hosts = HOSTS.map((name) => host(name, 32));
    const rest = PODS.slice(2).map((name) => pod(name, "3Gi"));
    const first = await plan("plan");
    const seat = first.placement.hosts.find(({ before }) => before.workloads > 0)?.name ?? "";
    const still = noting("a", 'vpac.dev/balance: "off"');
    made.write("spec.yaml", yaml(environment("{}"), ...hosts, still, pod("b", "3Gi"), ...rest));
    expect([await codeOf("a"), await codeOf("c")]).toEqual(["balance-off", "not-asked"]);
    const pinned = noting("a", `vpac.dev/pin-host: ${seat}`);
    made.write("spec.yaml", yaml(environment(EAGER), ...hosts, pinned, pod("b", "3Gi"), ...rest));
    await ok("apply -f spec.yaml --yes");
    expect(await codeOf("a")).toBe("pinned");
  });

  test("tells that it moved of late, or that no move is worth it", async () => {
    made.write("spec.yaml", spec("{balance: full, threshold: 5}", HOSTS));
    const { placement } = await plan("plan");
    const moved = placement.moves.list.map(({ address }) => address.replace("pod/default/", ""));
    await ok("apply -f spec.yaml --yes");
    const [first = ""] = moved;
    const other = PODS.find((name) => !moved.includes(name)) ?? "";
    expect([await codeOf(first), await codeOf(other)]).toEqual(["moved-lately", "no-gain"]);
    expect(await ok(`explain pod/default/${first} -f spec.yaml`)).toContain(
      "Not moved: 1 move of it in the last 24 hours: another has to gain 2 times as much",
    );
  });
});

describe("vpac explain of something that moves", () => {
  const cases = [
    { name: "tells why the plan moves it", level: "full", want: "Moves, by wave" },
    { name: "tells that its move is only recommended", level: "manual", want: "Recommended move" },
  ];
  test.for(cases)("$name", async ({ level, want }) => {
    made.write("spec.yaml", spec(`{balance: ${level}, threshold: 5}`, HOSTS));
    const { placement } = await plan("plan");
    const [move] = [...placement.moves.list, ...placement.recommendations];
    const card = await ok(`explain ${move?.address} -f spec.yaml`);
    expect(card).toContain(want);
    expect(card).toContain(`${move?.from} → ${move?.to}`);
    const json = await ok(`explain ${move?.address} -f spec.yaml -o json`);
    expect(JSON.parse(json)).toMatchObject({ moves: [{ to: move?.to, reason: "balance" }] });
  });
});
