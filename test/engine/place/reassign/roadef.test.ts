import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { anneal } from "../../../../engine/place/reassign/anneal.ts";
import { ReassignState } from "../../../../engine/place/reassign/state.ts";
import { dataFolder, readTable, roadefInstances } from "../../../bench/place/data.ts";
import { readBytes } from "../../../bench/place/numbers.ts";
import { checkRoadef } from "../../../bench/place/roadef-checker.ts";
import { readRoadef } from "../../../bench/place/roadef-file.ts";
import { syntheticRoadef } from "../../../bench/place/roadef-synthetic.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

// 2 resources (the second transient), 2 machines, 2 services, 3 processes, 1 balance.
const model = `2
0 10
1 20
2
0 0 100 50 80 40 0 3
1 1 90 60 70 50 2 0
2
1 0
2 1 0
3
0 30 20 5
1 25 10 6
1 15 5 7
1
0 1 2
10
1 10 100
`;
const initial = "0 0 1\n";

describe("reading the challenge's files", () => {
  test("each number goes where the format says", () => {
    const problem = readRoadef(bytes(model), bytes(initial));
    expect(problem).toMatchObject({ resourceCount: 2, machineCount: 2, serviceCount: 2 });
    expect([...problem.transient]).toEqual([0, 1]);
    expect([...problem.loadWeights]).toEqual([10, 20]);
    expect([...problem.locations]).toEqual([0, 1]);
    expect([...problem.capacities]).toEqual([100, 50, 90, 60]);
    expect([...problem.safetyCapacities]).toEqual([80, 40, 70, 50]);
    expect([...problem.machineMoveCosts]).toEqual([0, 3, 2, 0]);
    expect([...problem.spreads]).toEqual([1, 2]);
    expect(problem.dependencies.map((list) => [...list])).toEqual([[], [0]]);
    expect([...problem.requirements]).toEqual([30, 20, 25, 10, 15, 5]);
    expect([...problem.processMoveCosts]).toEqual([5, 6, 7]);
    expect(problem.balances).toEqual([{ first: 0, second: 1, target: 2, weight: 10 }]);
    expect(problem.weights).toEqual({ process: 1, service: 10, machine: 100 });
    expect([...problem.initial]).toEqual([0, 0, 1]);
  });

  test.for([
    ["a model cut short", model.slice(0, -8), initial, "model: no whole number at byte"],
    ["a model with something after it", `${model}7`, initial, "model: more than expected"],
    ["an assignment to a machine that is not there", model, "0 0 2", "machine 2 is not one of"],
    ["an assignment with too few machines", model, "0 0", "assignment: no whole number"],
    ["a count beyond the file", `9${"0".repeat(9)}`, initial, "9000000000 resources in what is"],
    ["a count below none", "-1", initial, "model: -1 resources in what is left of the file"],
    ["a model without processes", "1 0 1 1 0 0 5 5 0 1 0 0 0 0 1 10 100", "", "model: no process"],
  ] as const)("%s is refused", ([, text, assignment, message]) => {
    expect(() => readRoadef(bytes(text), bytes(assignment))).toThrow(message);
  });
});

test("locations and neighbourhoods may have any numbers for names", () => {
  const named = model.replace("0 0 100", "7 -3 100").replace("1 1 90", "2000000000 12 90");
  const problem = readRoadef(bytes(named), bytes(initial));
  expect([...problem.neighbourhoods, ...problem.locations]).toEqual([0, 1, 0, 1]);
});

describe("the checker", () => {
  test("names each rule that an assignment breaks", () => {
    const check = (assignment: string) => checkRoadef(model, initial, assignment).broken;
    // Service 1 depends on service 0, which neighbourhood 1 has not: the initial state is broken.
    expect(check("0 0 1")).toEqual(["service 1: no 0 in one of its neighbourhoods"]);
    expect(check("0 0 0")).toEqual([
      "service 1: two processes on one machine",
      "service 1: 1 of 2 locations",
    ]);
    expect(check("0 0")).toEqual(["2 machines for 3 processes"]);
    expect(check("0 0 9")).toEqual(["process 2: no such machine"]);
    const narrow = model.replace("0 0 100 50", "0 0 50 32");
    expect(checkRoadef(narrow, initial, "0 0 1").broken).toContain(
      "machine 0: capacity 0: 55 of 50",
    );
    expect(checkRoadef(narrow, initial, "0 1 0").broken).toContain(
      "machine 0: transient capacity 1: 35 of 32",
    );
  });

  test("counts the cost by the definition", () => {
    // Load 0; balance 10 * (2*45 - 20) + 10 * (2*75 - 55).
    expect(checkRoadef(model, initial, "0 0 1").cost).toBe(700 + 950);
    // Processes 1 and 2 trade machines: balance 10 * (2*55 - 25) + 10 * (2*65 - 50),
    // moves 6 + 7, the busiest service 10 * 2, machines 100 * (3 + 2).
    expect(checkRoadef(model, initial, "0 1 0").cost).toBe(850 + 800 + 13 + 20 + 500);
  });
});

const folder = dataFolder("roadef2012");
const instances = "path" in folder ? roadefInstances(folder.path) : [];
const missing = "missing" in folder ? folder.missing : "skipped: no instance in the folder";

describe.skipIf(instances.length === 0)(`public instances (${instances.length || missing})`, () => {
  const peers = "path" in folder ? readTable(join(folder.path, "peers.csv")) : [];
  test.for(instances.map((instance) => [instance.name, instance] as const))(
    "%s: costs what was published and is improved without breaking a rule",
    { timeout: 60_000 },
    ([name, instance]) => {
      const problem = readRoadef(readBytes(instance.model), readBytes(instance.initial));
      const state = new ReassignState(problem);
      const published = peers.find((row) => row["instance"] === name)?.["initial_cost"];
      if (published !== undefined) expect(state.cost).toBe(Number(published));
      const result = anneal(problem, { seed: 1, levels: 10, more: (_, chunk) => chunk < 4 });
      const text = (path: string): string => Buffer.from(readBytes(path)).toString("latin1");
      const files = [text(instance.model), text(instance.initial)] as const;
      const verdict = checkRoadef(...files, result.assignment.join(" "));
      expect(verdict).toEqual({ cost: result.cost, broken: [] });
      expect(result.cost).toBeLessThanOrEqual(state.cost);
    },
  );
});

test("plain and gzipped files read alike", async ({ onTestFinished }) => {
  const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  const temporary = mkdtempSync(join(tmpdir(), "vpac-roadef-"));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  const { model: text } = syntheticRoadef(1, {
    machines: 3,
    processes: 9,
    resources: 2,
    services: 5,
  });
  writeFileSync(join(temporary, "plain.txt"), text);
  writeFileSync(join(temporary, "packed.txt.gz"), gzipSync(text));
  expect([...readBytes(join(temporary, "packed.txt.gz"))]).toEqual([
    ...readFileSync(join(temporary, "plain.txt")),
  ]);
});
