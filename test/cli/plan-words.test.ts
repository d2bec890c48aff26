import { afterAll, expect, test } from "vitest";
import { reasonText } from "../../cli/views/human/decision.ts";
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

test("a value known after apply is shown so, is filled in, and is settled then", async () => {
  const taker = `apiVersion: v1
kind: ConfigMap
metadata: {name: where, annotations: {vpac.dev/from: "/data/ip=pod/default/a:address"}}
data: {note: kept}
`;
  const files = { "spec.yaml": yaml(host("esx-01", 64), pod("a"), taker) };
  const known = project(files);
  try {
    const { stdout } = await known.run("plan -f spec.yaml --full");
    expect(stdout).toContain("+ /data/ip: (known after apply)");
    expect((await known.run("apply -f spec.yaml --yes")).code).toBe(0);
    expect((await known.run("plan -f spec.yaml")).stdout).toContain("No changes.");
    const shown = await known.run("state show configmap/default/where -o json");
    expect(shown.stdout).toMatch(/"ip": ?"[0-9.]+"/);
  } finally {
    known.remove();
  }
});
