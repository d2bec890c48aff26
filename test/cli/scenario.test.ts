import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { host, pod, type Project, project, yaml } from "./project.ts";

const scenario = (steps: string, expected: string): string =>
  `apiVersion: vpac.dev/v1alpha1
kind: Scenario
metadata: {name: story}
spec:
  steps:
${steps}
  expect:
${expected}
`;

let made: Project;

beforeAll(() => {
  const spec = yaml(host("esx-01", 16), host("esx-02", 16), pod("a", "2Gi"), pod("b", "2Gi"));
  made = project({
    "vpac.yaml":
      "apiVersion: vpac.dev/v1alpha1\nkind: Environment\nmetadata: {name: e}\nspec: {placement: {threshold: 5}}\n",
    "manifests/spec.yaml": spec,
  });
});
afterAll(() => made.remove());

interface Told {
  readonly at: string;
  readonly text: string;
  readonly ok: boolean;
}

async function tell(text: string): Promise<{ code: number | null; story: readonly Told[] }> {
  made.write("story.yaml", text);
  const ran = await made.run("sim run story.yaml -o json");
  const { story = [] } = JSON.parse(ran.stdout || "{}") as { story?: readonly Told[] };
  return { code: ran.code, story };
}

describe("vpac sim run", () => {
  test("evens out what a failed host has left uneven, and checks what must hold", async () => {
    const { code, story } = await tell(
      scenario(
        `    - {at: 0s, apply: true}
    - {at: 60s, fail: {host: esx-01}}
    - {at: 70s, apply: true}
    - {at: 120s, recover: {host: esx-01}}
    - {at: 180s, rebalance: true}`,
        `    - {at: 0s, running: {namespace: default, min: 2, max: 2}}
    - {within: 90s, running: {min: 2}, hosts: {min: 1}}
    - {converged: true, moves: {max: 3}}`,
      ),
    );
    expect(code, JSON.stringify(story, undefined, 1)).toBe(0);
    const rebalanced = story.find(({ text }) => text.startsWith("vpac rebalance"));
    expect(rebalanced).toMatchObject({ at: "180s", text: "vpac rebalance exits 0; 1 moved" });
  });

  test("tells what does not hold, and exits 1", async () => {
    const { code, story } = await tell(
      scenario("    - {at: 0s, apply: true}", "    - {running: {min: 99}}"),
    );
    expect(code).toBe(1);
    expect(story.at(-1)).toMatchObject({ ok: false });
  });

  test("refuses what the simulator cannot do, before the first step", async () => {
    made.write(
      "story.yaml",
      scenario("    - {at: 0s, fail: {datastore: nvme}}", "    - {converged: true}"),
    );
    const ran = await made.run("sim run story.yaml");
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain("the simulator cannot do this step");
  });

  test("refuses a file without a Scenario, and one with errors", async () => {
    expect((await made.run("sim run manifests/spec.yaml")).code).toBe(64);
    made.write("story.yaml", scenario("    - {at: soon, apply: true}", "    - {}"));
    expect((await made.run("sim run story.yaml")).code).toBe(65);
  });
});
