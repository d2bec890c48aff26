import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OUTPUT_SCHEMAS } from "../../cli/wiring/output-schemas.ts";
import { host, pod, type Project, project, yaml } from "./project.ts";

const NAMESPACE = `apiVersion: vpac.dev/v1alpha1
kind: SupervisorNamespace
metadata: {name: team}
spec: {limits: {cpu: "9", memory: 64Gi}, vmClasses: [guaranteed-large]}
`;

let made: Project;

beforeAll(async () => {
  made = project({
    "spec.yaml": yaml(host("esx-01", 64), host("esx-02", 64), NAMESPACE, pod("a", "2Gi")),
  });
  const ran = await made.run("apply -f spec.yaml --yes");
  expect(ran.code, ran.stderr).toBe(0);
});

afterAll(() => made.remove());

interface Answer {
  readonly shape: { readonly name: string; readonly reservation: object };
  readonly answers: readonly {
    readonly failures: number;
    readonly count: number;
    readonly runsOut: { readonly code: string };
    readonly hosts: readonly { readonly name: string; readonly count: number }[];
  }[];
}

async function capacity(flags: string): Promise<Answer> {
  const ran = await made.run(`capacity -f spec.yaml ${flags} -o json`);
  expect(ran.code, ran.stderr).toBe(0);
  const document: unknown = JSON.parse(ran.stdout);
  const schema = await OUTPUT_SCHEMAS.get("capacity")?.();
  const check = new Ajv2020({ allErrors: true, strict: true }).compile(schema ?? {});
  expect(check(document) ? [] : check.errors).toEqual([]);
  return document as Answer;
}

test("a class is counted as it is, and with the room of one host kept", async () => {
  const { shape, answers } = await capacity("--class guaranteed-large");
  expect(shape.name).toBe("guaranteed-large");
  expect(answers.map(({ failures, count }) => [failures, count])).toEqual([
    [0, 6],
    [1, 3],
  ]);
  expect(answers.map(({ runsOut }) => runsOut.code)).toEqual(["mem-short", "cluster-failover"]);
});

test("as many as are told do fit, and one more does not", async () => {
  const { answers } = await capacity("--class guaranteed-large");
  const vm = (name: string): string => `apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachine
metadata: {name: ${name}}
spec: {className: guaranteed-large, powerState: PoweredOn}
`;
  const count = answers[0]?.count ?? 0;
  const names = Array.from({ length: count + 1 }, (_, index) => `x-${index}`);
  made.write("fits.yaml", yaml(...names.slice(1).map(vm)));
  made.write("more.yaml", yaml(...names.map(vm)));
  expect((await made.run("plan -f spec.yaml -f fits.yaml")).code).toBe(0);
  expect((await made.run("plan -f spec.yaml -f more.yaml")).code).toBe(3);
});

test("the quota of a namespace holds for a class", async () => {
  const { answers } = await capacity("--class guaranteed-large -n team --failures 0");
  expect(answers).toMatchObject([{ failures: 0, count: 2, runsOut: { code: "pool-limit" } }]);
});

test("amounts can be given in either form, and are the same shape", async () => {
  const [one, other] = [
    await capacity("--shape cpu=4,mem=16Gi"),
    await capacity("--cpu 4 --memory 16Gi"),
  ];
  expect(one).toEqual(other);
  expect(one.shape.reservation).toEqual({ cpuMillicores: 4000, memoryBytes: 16 * 2 ** 30 });
});

test("one like a workload that is there", async () => {
  const { answers } = await capacity("--like pod/default/a --failures 0");
  expect(answers[0]?.count).toBeGreaterThan(20);
  const text = await made.run("capacity -f spec.yaml --like pod/default/a");
  expect(text.stdout).toContain("more fit with N+1 kept; then ");
  expect(text.stdout).toContain("esx-02");
});

test("nothing is changed by counting", async () => {
  await capacity("--class guaranteed-large");
  const plan = await made.run("plan -f spec.yaml --detailed-exitcode --no-refresh");
  expect(plan.code, plan.stdout).toBe(0);
});

test.for([
  ["", "of what?"],
  ["--class guaranteed-large --like pod/default/a", "more than one shape"],
  ["--like pod/default/b", "did you mean pod/default/a?"],
  ["--class nosuch", "nosuch"],
  ["--class guaranteed-small -n team", "guaranteed-small"],
  ["--shape disk=4", '"disk" is neither cpu nor memory'],
  ["--shape cpu=1,cpu=2", "names an amount twice"],
  ["--shape cpu=many", '"many" is not an amount'],
  ["--cpu 1 --failures some", "is not a number"],
  ["--cpu 1 -n team", "--namespace goes with --class"],
] as const)("a wrong argument is 64: %s", async ([flags, words]) => {
  const ran = await made.run(`capacity -f spec.yaml ${flags}`);
  expect(ran.stderr).toContain(words);
  expect(ran.code).toBe(64);
});
