import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { host, pod, type Project, project, SMALL, yaml } from "./project.ts";

let open: Project[] = [];
afterEach(() => {
  for (const item of open) item.remove();
  open = [];
});

function opened(files?: Readonly<Record<string, string>>): Project {
  const made = project(files);
  open.push(made);
  return made;
}

const TOO_LARGE = yaml(host("esx-01"), pod("a"), pod("huge", "60Gi"), pod("huger", "60Gi"));
const PROTECTED = yaml(
  SMALL,
  pod("kept", "256Mi", `, annotations: {vpac.dev/prevent-destroy: "true"}`),
);

interface Case {
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Run first; each must end with 0. */
  readonly before?: readonly string[];
  readonly change?: (made: Project) => void;
  readonly command: string;
  readonly code: number;
  readonly says?: string;
}

const CASES: readonly Case[] = [
  { name: "0 for a plan with changes", command: "plan -f spec.yaml", code: 0 },
  {
    name: "0 with the flag when nothing changes",
    before: ["apply -f spec.yaml --yes"],
    command: "plan -f spec.yaml --detailed-exitcode",
    code: 0,
    says: "No changes. Your infrastructure matches the configuration.",
  },
  {
    name: "1 when fmt --check would change a file",
    files: { "a.yaml": "kind: Pod\napiVersion: v1\n" },
    command: "fmt --check a.yaml",
    code: 1,
    says: "a.yaml",
  },
  {
    name: "2 with the flag when something changes",
    command: "plan -f spec.yaml --detailed-exitcode",
    code: 2,
  },
  {
    name: "3 when a workload has no host, with or without the flag",
    files: { "spec.yaml": TOO_LARGE },
    command: "plan -f spec.yaml",
    code: 3,
    says: "VP3004",
  },
  {
    name: "3 when apply stops before its first step for a blocked change",
    files: { "spec.yaml": TOO_LARGE },
    command: "apply -f spec.yaml --yes",
    code: 3,
    says: "--allow-partial",
  },
  {
    name: "0 when --allow-partial applies everything else",
    files: { "spec.yaml": TOO_LARGE },
    command: "apply -f spec.yaml --yes --allow-partial",
    code: 0,
    says: "Apply complete! Resources: 3 added, 0 changed, 0 destroyed.",
  },
  {
    name: "4 without the name of the workspace for a destroy",
    before: ["apply -f spec.yaml --yes"],
    command: "destroy -f spec.yaml --yes",
    code: 4,
    says: "--confirm default",
  },
  {
    name: "4 with a wrong name",
    before: ["apply -f spec.yaml --yes"],
    command: "destroy -f spec.yaml --yes --confirm prod",
    code: 4,
  },
  {
    name: "4 from plan when a protected resource would be destroyed",
    files: { "spec.yaml": PROTECTED },
    before: ["apply -f spec.yaml --yes"],
    command: "plan -f spec.yaml --destroy",
    code: 4,
    says: "protected",
  },
  {
    name: "4 when the brake on mass deletion holds",
    before: ["apply -f spec.yaml --yes"],
    change: (made) => made.write("spec.yaml", yaml(host("esx-01"), host("esx-02"), pod("a"))),
    command: "apply -f spec.yaml --yes --confirm default",
    code: 4,
    says: "--allow-destroy 2",
  },
  {
    name: "0 when --allow-destroy opens the brake",
    before: ["apply -f spec.yaml --yes"],
    change: (made) => made.write("spec.yaml", yaml(host("esx-01"), host("esx-02"), pod("a"))),
    command: "apply -f spec.yaml --yes --confirm default --allow-destroy 2",
    code: 0,
    says: "Apply complete! Resources: 0 added, 0 changed, 2 destroyed.",
  },
  {
    name: "4 when the documents are emptied",
    before: ["apply -f spec.yaml --yes"],
    change: (made) => made.write("spec.yaml", ""),
    command: "apply -f spec.yaml --yes --confirm default",
    code: 4,
  },
  {
    name: "4 for a plan without a signature where one is required",
    command: "apply -f spec.yaml --yes --require-signature",
    code: 4,
    says: "signature",
  },
  {
    name: "6 for a saved plan that was applied before",
    before: ["plan -f spec.yaml --out p.vpacplan", "apply p.vpacplan"],
    command: "apply p.vpacplan",
    code: 6,
    says: "VP4011",
  },
  { name: "64 for an unknown command", command: "plann", code: 64, says: "Did you mean plan?" },
  {
    name: "64 for an unknown flag",
    command: "plan --detailed-exitcodes",
    code: 64,
    says: "Did you mean --detailed-exitcode?",
  },
  { name: "64 without documents", files: {}, command: "plan", code: 64, says: "vpac demo" },
  {
    name: "64 for a path that does not exist",
    command: "validate nowhere.yaml",
    code: 64,
    says: "nowhere.yaml",
  },
  {
    name: "64 when nobody can be asked",
    command: "apply -f spec.yaml",
    code: 64,
    says: "give --yes",
  },
  {
    name: "64 for contradicting flags",
    command: "apply -f spec.yaml --yes --fail-fast --continue-on-error",
    code: 64,
  },
  {
    name: "64 for planning flags with a saved plan",
    before: ["plan -f spec.yaml --out p.vpacplan"],
    command: "apply p.vpacplan --target pod/default/a",
    code: 64,
    says: "--target",
  },
  { name: "64 for a workspace that is no name", command: "plan -w ../etc", code: 64 },
  {
    name: "64 when --format contradicts -o",
    command: "validate spec.yaml --format text -o json",
    code: 64,
  },
  {
    name: "65 for broken YAML",
    files: { "spec.yaml": "a: [1\n" },
    command: "validate spec.yaml",
    code: 65,
    says: "spec.yaml:",
  },
  {
    name: "65 for a kind nobody knows",
    files: { "spec.yaml": "apiVersion: v1\nkind: Pood\nmetadata: {name: x}\n" },
    command: "plan -f spec.yaml",
    code: 65,
  },
  { name: "0 for an empty file", files: { "a.yaml": "" }, command: "validate a.yaml", code: 0 },
  {
    name: "1 in the simple family for what is 65 in the full one",
    files: { "spec.yaml": "a: [1\n" },
    command: "validate spec.yaml --exit-codes simple",
    code: 1,
  },
  {
    name: "1 in the simple family for wrong arguments",
    command: "plann --exit-codes simple",
    code: 1,
  },
];

test.for(CASES)("ends with $name", async (given) => {
  const made = opened(given.files);
  for (const command of given.before ?? []) {
    const ran = await made.run(command);
    expect(ran.code, `${command}\n${ran.stdout}${ran.stderr}`).toBe(0);
  }
  given.change?.(made);
  const ran = await made.run(given.command);
  expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(given.code);
  expect(`${ran.stdout}${ran.stderr}`).toContain(given.says ?? "");
});

test("S19, F12: a limit above every host is applied, ends with 1 and says why", async () => {
  const made = opened({ "spec.yaml": yaml(host("esx-01"), pod("a"), pod("huge", "900Gi")) });
  expect((await made.run("plan -f spec.yaml")).code).toBe(3);
  const ran = await made.run("apply -f spec.yaml --yes -o json");
  expect(ran.code, ran.stdout).toBe(1);
  const last = JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "") as { exit: object };
  expect(last.exit).toMatchObject({ code: 1, reason: "applied-with-failures", retryable: false });
  expect((await made.run("get pod/huge")).stdout).toContain("Degraded");
});

test("7 when something finished and something did not, and resume ends with 0", async () => {
  const made = opened();
  const plan = await made.run("plan -f spec.yaml --out p.vpacplan");
  expect(plan.code).toBe(0);
  await made.run("sim faults --seed 3 --rate 60%");
  const codes: (number | null)[] = [];
  let output = "";
  for (let round = 0; round < 8 && !codes.includes(7); round++) {
    const ran = await made.run("apply -f spec.yaml --yes");
    codes.push(ran.code);
    output = `${ran.stdout}${ran.stderr}`;
    if (ran.code === 0) break;
  }
  await made.run("sim faults --rate 0%");
  if (codes.at(-1) === 7) {
    expect(output).toMatch(/^Apply incomplete\. Resources: \d+ added, /m);
    const run = /--resume (\S+),/.exec(output)?.[1] ?? "";
    expect((await made.run(`show ${run} --detailed-exitcode`)).code).toBe(7);
    expect((await made.run(`apply --resume ${run}`)).code).toBe(0);
  }
  expect(codes.every((code) => [0, 1, 7, 8, 9].includes(code ?? -1))).toBe(true);
  expect((await made.run("apply -f spec.yaml --yes")).code).toBe(0);
});

test("a plan with errors is neither saved nor called unchanged", async () => {
  const made = opened();
  const some = await made.run("plan -f spec.yaml --target pod/default/a --target vm/x --out p");
  expect(some.code).toBe(65);
  expect(some.stderr).toContain("VP2501");
  expect(existsSync(join(made.path, "p"))).toBe(false);
  const none = await made.run("plan -f spec.yaml --target vm/x");
  expect(none.code).toBe(65);
  expect(none.stdout).toBe("");
});
