import { expect, test } from "vitest";
import type { Plan } from "../../engine/model/plan.ts";
import { host, pod, project, yaml } from "./project.ts";

const namespace = (name: string, policies: string): string => `apiVersion: vpac.dev/v1alpha1
kind: SupervisorNamespace
metadata: {name: ${name}}
spec: {policies: {ha: ${policies}}}
`;
const NAMESPACES = [
  namespace("aa", "{restartPriority: low}"),
  namespace("bb", "{}"),
  namespace("cc", "{restartPriority: highest}"),
  namespace("dd", "{restartPriority: disabled}"),
];
const PODS = ["aa", "bb", "cc", "dd"].map((name) => pod("p", "1Gi", `, namespace: ${name}`));

test("N04: after a host failure restarts follow the priorities of namespaces", async () => {
  const spec = (...hosts: readonly string[]): string => yaml(...hosts, ...NAMESPACES, ...PODS);
  const made = project({ "spec.yaml": spec(host("esx-01")) });
  const run = async (args: string): Promise<string> => {
    const ran = await made.run(args);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    return ran.stdout;
  };
  await run("apply -f spec.yaml --yes");
  made.write("spec.yaml", spec(host("esx-01"), host("esx-02")));
  await run("apply -f spec.yaml --yes");
  await run("sim fail host/esx-01 -f spec.yaml");
  const wanted = ["pod/cc/p", "pod/bb/p", "pod/aa/p", "pod/dd/p"];
  const { steps } = JSON.parse(await run("plan -f spec.yaml -o json")) as Plan;
  expect(steps.map(({ address }) => address)).toEqual(wanted);
  const events = (await run("apply -f spec.yaml --yes -o ndjson"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; address?: string });
  const started = events.flatMap(({ type, address }) =>
    type === "apply_start" && address?.startsWith("pod/") ? [address] : [],
  );
  expect(started).toEqual(wanted);
  made.remove();
});
