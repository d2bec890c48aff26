import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { applyPatch } from "diff";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OUTPUT_SCHEMAS } from "../../cli/wiring/output-schemas.ts";
import { host, pod, type Project, project, yaml } from "./project.ts";

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - {name: nginx, image: nginx, resources: {requests: {memory: 1Gi}, limits: {memory: 1Gi}}}
`;
const HOSTS = yaml(host("esx-01", 8), host("esx-02", 8));

let made: Project;

beforeAll(async () => {
  const text = yaml(HOSTS, DEPLOYMENT, pod("a", "2Gi"), pod("b", "2Gi"));
  made = project({ "spec.yaml": `# two hosts\n${text}` });
  const ran = await made.run("apply -f spec.yaml --yes");
  expect(ran.code, ran.stderr).toBe(0);
});

afterAll(() => made.remove());

interface Answer {
  readonly before: { readonly unplaced: number; readonly resilience: { readonly nPlus: number } };
  readonly after: Answer["before"] & { readonly worst: { readonly host: string } };
  readonly moves: readonly {
    readonly address: string;
    readonly from: string;
    readonly to: string;
    readonly because: string;
  }[];
  readonly arrived: readonly { readonly address: string; readonly to: string }[];
  readonly gone: readonly { readonly address: string }[];
  readonly unplaced: readonly {
    readonly address: string;
    readonly rejectedCounts: Readonly<Record<string, number>>;
    readonly fixes: readonly unknown[];
  }[];
  readonly exit: { readonly code: number };
}

async function suppose(flags: string): Promise<Answer> {
  const ran = await made.run(`whatif -f spec.yaml ${flags} -o json`);
  const document: unknown = JSON.parse(ran.stdout);
  const schema = await OUTPUT_SCHEMAS.get("whatif")?.();
  const check = new Ajv2020({ allErrors: true, strict: true }).compile(schema ?? {});
  expect(check(document) ? [] : check.errors).toEqual([]);
  const answer = document as Answer;
  expect(answer.exit.code, ran.stderr).toBe(ran.code);
  return answer;
}

/** Every file below a folder with its bytes. */
const snapshot = (folder: string): readonly (readonly [string, string])[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !join(entry.parentPath, entry.name).includes("cache"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [path, readFileSync(path, "utf8")] as const);

test("a drained host is emptied, and each move says why", async () => {
  const { moves, after, exit } = await suppose("--drain esx-01");
  expect(moves.length).toBeGreaterThan(0);
  for (const move of moves) {
    expect(move).toMatchObject({ from: "esx-01", to: "esx-02", because: "drain" });
  }
  expect(after.worst.host).toBe("esx-02");
  expect(exit.code).toBe(0);
});

test("what fails moves as it would in a plan after the failure", async () => {
  const { moves } = await suppose("--fail esx-01");
  expect(moves.every(({ because }) => because === "fail")).toBe(true);
  const twin = project({ "spec.yaml": readFileSync(join(made.path, "spec.yaml"), "utf8") });
  await twin.run("apply -f spec.yaml --yes");
  await twin.run("sim fail esx-01");
  const plan = JSON.parse((await twin.run("plan -f spec.yaml -o json")).stdout) as {
    readonly changes: readonly {
      readonly address: string;
      readonly placement?: { readonly from?: string; readonly to?: string };
    }[];
  };
  twin.remove();
  const hosts = plan.changes
    .filter(({ placement }) => placement?.to === "esx-02" && placement.from !== "esx-02")
    .map(({ address }) => address);
  expect(moves.map(({ address }) => address).sort()).toEqual(hosts.sort());
});

test("who finds no host is told with the reasons of every host, and the exit is 3", async () => {
  const { unplaced, exit } = await suppose("--drain esx-01 --fail esx-02");
  expect(unplaced).toHaveLength(4);
  expect(Object.values(unplaced[0]?.rejectedCounts ?? {})).toEqual([1, 1]);
  expect(exit.code).toBe(3);
});

test("an added host takes what a lost one held", async () => {
  const { moves, exit } = await suppose("--drain esx-01 --fail esx-02 --add-host esx-03");
  expect(moves.map(({ to }) => to)).toEqual(["esx-03", "esx-03", "esx-03", "esx-03"]);
  expect(exit.code).toBe(0);
});

test("replicas come and go", async () => {
  expect((await suppose("--scale deployment/default/web=4")).arrived).toHaveLength(2);
  const { gone } = await suppose("--scale deployment/default/web=1");
  expect(gone.map(({ address }) => address)).toEqual(["pod/default/web-1"]);
});

test("more replicas than fit are counted with what they lack", async () => {
  const { unplaced, exit } = await suppose("--scale deployment/default/web=30");
  expect(unplaced.length).toBeGreaterThan(0);
  expect(unplaced[0]?.rejectedCounts).toEqual({ "mem-unreserved": 2 });
  expect(exit.code).toBe(3);
});

const FIRST = "spec.template.spec.containers.0.resources";

test.for([
  { name: "by path", flag: `--set deployment/default/web.spec.replicas=3` },
  { name: "by pointer", flag: `--set deployment/default/web/spec/replicas=3` },
  {
    name: "several in one document",
    flag: `--set deployment/default/web.spec.replicas=3 --set deployment/default/web.${FIRST}.limits.memory=2Gi`,
  },
])("a value can be set $name", async ({ flag }) => {
  expect((await suppose(flag)).arrived.map(({ address }) => address)).toContain(
    "pod/default/web-2",
  );
});

test("what is not declared is not moved, and told with the host that would take it", async () => {
  const foreign = project({ "spec.yaml": yaml(HOSTS, pod("a", "2Gi"), pod("b", "2Gi")) });
  await foreign.run("apply -f spec.yaml --yes");
  await foreign.run("state forget pod/default/b");
  foreign.write("spec.yaml", yaml(HOSTS, pod("a", "2Gi")));
  const ran = await foreign.run("whatif -f spec.yaml --drain esx-02 -o json");
  const one = JSON.parse(ran.stdout) as Answer & { readonly stranded: readonly object[] };
  expect(one.stranded).toMatchObject([{ host: "esx-02", refuge: "esx-01" }]);
  expect(ran.code).toBe(0);
  const lost = await foreign.run("whatif -f spec.yaml --drain esx-02 --fail esx-01");
  expect(lost.stdout).toContain("stays on esx-02; no host would take it");
  expect(lost.code).toBe(3);
  foreign.remove();
});

test("it changes nothing: no file, no state, no lock, and the last reading stays", async () => {
  const before = snapshot(made.path);
  await made.run("plan -f spec.yaml");
  const ran = await made.run("whatif -f spec.yaml --drain esx-01 --scale deployment/default/web=5");
  expect(ran.stdout).toContain("Nothing was changed.");
  expect(snapshot(made.path)).toEqual(before);
  const plan = await made.run("plan -f spec.yaml --no-refresh --detailed-exitcode");
  expect(plan.code, plan.stdout).toBe(0);
});

test.for([
  ["", "what if what?"],
  ["--drain esx-1", "did you mean esx-01?"],
  ["--like esx-01 --drain esx-01", "--like goes with --add-host"],
  ["--add-host esx-01", 'there is a host "esx-01" already'],
  ["--add-host Not_A_Host", "cannot name a host"],
  ["--scale deployment/default/web=many", "is not an address and a number"],
  ["--scale deployment/default/wed=3", "did you mean deployment/default/web?"],
  ["--set nothing", "does not name a value"],
  ["--set pod/default/web-0.spec.nodeName=x", "is made from deployment/default/web"],
  ["--set deployment/default/web.kind.x=1", "leads through a plain value"],
] as const)("a wrong argument is 64: %s", async ([flags, words]) => {
  const ran = await made.run(`whatif -f spec.yaml ${flags}`);
  expect(ran.stderr).toContain(words);
  expect(ran.code).toBe(64);
});

test("a value that the kind does not take is a fault of the document", async () => {
  const ran = await made.run("whatif -f spec.yaml --set deployment/default/web.spec.replica=3");
  expect(ran.code).toBe(65);
  expect(ran.stderr).toContain("replica");
});

test("what is supposed can be written as a patch, which leads to the same plan", async () => {
  const flags = "--scale deployment/default/web=3 --drain esx-01 --add-host esx-03 --fail esx-02";
  const ran = await made.run(`whatif -f spec.yaml ${flags} --patch-out more.patch`);
  expect(ran.stderr).toContain("Not in the patch: that host esx-02 fails\n");
  expect(ran.stderr).toContain("Saved the patch to more.patch\n");
  const text = readFileSync(join(made.path, "spec.yaml"), "utf8");
  const patch = readFileSync(join(made.path, "more.patch"), "utf8");
  const patched = applyPatch(text, patch);
  expect(patched).toContain("# two hosts\n");
  expect(patched).toContain("replicas: 3\n");
  writeFileSync(join(made.path, "patched.yaml"), String(patched));
  const plan = await made.run("plan -f patched.yaml -o json");
  const { summary, changes } = JSON.parse(plan.stdout) as {
    summary: { create: number; update: number };
    changes: { address: string; action: string; diff: { path: string; after: unknown }[] }[];
  };
  expect(summary.create).toBe(2);
  const drained = changes.find(({ address }) => address === "host/esx-01");
  expect(drained).toMatchObject({ action: "update" });
  expect(changes.find(({ action }) => action === "move")).toBeDefined();
});

test("a setting of placement holds for every cluster while it is supposed", async () => {
  const ran = await made.run(
    "whatif -f spec.yaml --policy-set hostFailuresToTolerate=1 --scale deployment/default/web=9 -o json",
  );
  const { overlay, unplaced } = JSON.parse(ran.stdout) as {
    overlay: { edits: { path: string; to: unknown }[] };
    unplaced: { code: string }[];
  };
  expect(overlay.edits).toContainEqual({
    address: "environment/default",
    path: "/spec/placement/hostFailuresToTolerate",
    to: 1,
  });
  expect(unplaced.map(({ code }) => code)).toContain("cluster-failover");
});

test("a setting that placement does not have is refused with its place", async () => {
  const ran = await made.run("whatif -f spec.yaml --policy-set scoring=Most");
  expect(ran.code).toBe(65);
  expect(ran.stderr).toContain("--policy-set");
});
