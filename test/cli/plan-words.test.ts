import { afterAll, expect, test } from "vitest";
import { reasonText } from "../../cli/views/human/plan.ts";
import { host, pod, project, yaml } from "./project.ts";

const made = project({ "spec.yaml": yaml(host("esx-01", 64), pod("a")) });
afterAll(() => made.remove());

const decision = (decidedBy: string, chosen: string): Parameters<typeof reasonText>[0] => ({
  id: "d-1",
  address: "vm/shop/db",
  chosen,
  decidedBy,
  candidates: ["esx-01", "esx-02"].map((name) => ({ host: name, rank: 1, score: 0.9, terms: {} })),
  rejected: [],
  rejectedCounts: {},
  hostsConsidered: 3,
  hostsFeasible: 2,
});

test("a workload that stays is not told to be next to itself", () => {
  expect(reasonText(decision("load", "esx-01"))).toBe("best of 2: lower load, next esx-02");
  expect(reasonText(decision("stays", "esx-02"))).toBe("stays, one of 2 that take it");
});

test("one host with room is no shortage, though nothing survives its failure", async () => {
  const { stdout } = await made.run("plan -f spec.yaml");
  expect(stdout).toMatch(/N\+1 does not hold \(tightest: \w+, [\d.]+ \w+ spare\)/);
});

test("what is gone is told once", async () => {
  await made.run("apply -f spec.yaml --yes");
  await made.run("sim delete pod/default/a");
  expect((await made.run("plan -f spec.yaml")).stdout).toContain("≠ pod/default/a  is gone\n");
});
