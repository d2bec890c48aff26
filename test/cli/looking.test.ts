import { afterAll, beforeAll, expect, test } from "vitest";
import { host, pod, type Project, project, SMALL, yaml } from "./project.ts";

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: nginx, image: nginx}]}
`;
const NAMESPACE = `apiVersion: vpac.dev/v1alpha1
kind: SupervisorNamespace
metadata: {name: team}
spec: {limits: {cpu: "8", memory: 16Gi}}
`;

let made: Project;

beforeAll(async () => {
  made = project({ "spec.yaml": yaml(SMALL, DEPLOYMENT, NAMESPACE) });
  const ran = await made.run("apply -f spec.yaml --yes");
  expect(ran.code, ran.stderr).toBe(0);
});

afterAll(() => made.remove());

const out = async (command: string): Promise<string> => (await made.run(command)).stdout;

test.for(["pods", "pod", "Pod", "po/a", "pod/a", "pod/default/a"])(
  "get takes a kind in any form: %s",
  async (word) => {
    const ran = await made.run(`get ${word} -o name`);
    if (word === "po/a") expect(ran.code).toBe(64);
    else expect(ran.stdout).toContain("pod/default/a\n");
  },
);

test("get lists the Pods of a controller, and helpers only with --all", async () => {
  expect(await out("get pods -o name")).toContain("pod/default/web-0");
  expect(await out("get all -o name")).not.toContain("pool/team");
  expect(await out("get all --all -o name")).toContain("pool/team");
});

test("get filters by label and namespace, and sorts", async () => {
  expect(await out("get pods -l app=shop -o name")).toBe("pod/default/web-0\npod/default/web-1\n");
  expect(await out("get pods -l 'app in (shop),app!=web' -o name")).toContain("web-1");
  expect(await out("get pods -n team -o name")).toBe("");
  expect(await out("get pods --field-selector name=b -o name")).toBe("pod/default/b\n");
  const rows = (await out("get pods --sort-by name --no-headers")).trim().split("\n");
  expect(rows.map((row) => row.split(" ")[0])).toEqual([
    "pod/default/a",
    "pod/default/b",
    "pod/default/c",
    "pod/default/web-0",
    "pod/default/web-1",
  ]);
});

test("get prints JSON, YAML, paths and templates", async () => {
  const list = JSON.parse(await out("get pods -o json")) as { items: { health: string }[] };
  expect(list.items).toHaveLength(5);
  expect(list.items.every(({ health }) => health === "Healthy")).toBe(true);
  expect(await out("get pod/a -o yaml")).toContain("address: pod/default/a\n");
  expect(await out("get pods -o 'jsonpath={.items[*].name}'")).toBe("a\nb\nc\nweb-0\nweb-1\n");
  expect(await out("get pods -l app=shop -o 'template={name}\\t{health}\\n'")).toBe(
    "web-0\tHealthy\nweb-1\tHealthy\n",
  );
});

test("get tells an unknown kind from a missing object", async () => {
  const unknown = await made.run("get podz");
  expect(unknown.code).toBe(64);
  expect(unknown.stderr).toContain("did you mean pod");
  expect((await made.run("get pod/nobody")).code).toBe(1);
});

test("describe says what an object hangs together with", async () => {
  const text = await out("describe deployment/default/web");
  expect(text).toContain("pod/default/web-0, pod/default/web-1");
  expect(await out("describe pod/default/web-0")).toMatch(/Owner: +deployment\/default\/web/);
  expect((await made.run("describe pod/default/nobody")).code).toBe(1);
});

test("status counts health and names what is not well", async () => {
  const other = project();
  await other.run("apply -f spec.yaml --yes");
  expect((await other.run("status")).stdout).toContain("5 Healthy");
  await other.run("sim power-off pod/default/b");
  await other.run("sim delete pod/default/c");
  const { stdout } = await other.run("status");
  expect(stdout).toMatch(/Missing +pod\/default\/c/);
  expect(stdout).toMatch(/Degraded +pod\/default\/b/);
  const planned = await other.run("plan -f spec.yaml --detailed-exitcode");
  expect(planned.code).toBe(2);
  expect(planned.stdout).toContain("Changed outside of vpac since the last apply:");
  other.remove();
});

test("D03: hosts show allocatable, bars and numbers in every view", async () => {
  for (const view of ["reserved", "entitled", "active"]) {
    const text = await out(`hosts --view ${view}`);
    expect(text).toContain("ALLOCATABLE");
    expect(text).toMatch(/esx-01 +connected +\S+ +[█░]{10} +\d+%/u);
  }
  expect(await out("hosts --ascii")).toMatch(/esx-01 +connected +cool +\[[#.]{10}\]/);
  expect((await made.run("hosts --view warmth")).code).toBe(64);
  const { items } = JSON.parse(await out("hosts -o json")) as { items: { workloads: number }[] };
  expect(items.reduce((sum, { workloads }) => sum + workloads, 0)).toBe(5);
});

test("state shows, drops and forgets records, each writing form with a dry run", async () => {
  const other = project();
  await other.run("apply -f spec.yaml --yes");
  expect((await other.run("state show pod/default/a")).stdout).toContain("condition: ok");
  const dry = await other.run("state rm pod/default/a --dry-run");
  expect(dry.stdout).toBe("pod/default/a: would be removed from the state\n");
  expect((await other.run("state list")).stdout).toContain("pod/default/a");
  expect((await other.run("state rm pod/default/a")).code).toBe(0);
  const found = await other.run("plan -f spec.yaml");
  expect(found.stdout).toMatch(/pod\/default\/a +adopt/);
  expect((await other.run("state forget 'pod/default/[bc]'")).code).toBe(1);
  expect((await other.run("state forget pod/default/b")).code).toBe(0);
  const listed = await other.run("sim list -o json");
  const { items } = JSON.parse(listed.stdout) as { items: { name: string; tag?: object }[] };
  expect(items.find(({ name }) => name === "b")).toBeDefined();
  expect((await other.run("state list")).stdout).not.toContain("pod/default/b");
  other.remove();
});

test("D01: explain shows the five stages of the decision", async () => {
  const text = await out("explain pod/default/a -f spec.yaml");
  for (const stage of ["1 schedule", "2 choose", "3 verify", "4 instruct", "5 power-up"]) {
    expect(text).toContain(stage);
  }
  expect(text).toContain("2 hosts considered, 2 feasible");
});

test("explain tells why not, every host, and what would help", async () => {
  const other = project({ "spec.yaml": yaml(SMALL, pod("huge", "60Gi"), pod("more", "60Gi")) });
  other.write("third.yaml", pod("third", "60Gi"));
  const text = (await other.run("explain pod/default/third -f spec.yaml -f third.yaml")).stdout;
  expect(text).toContain("UNPLACED");
  expect(text).toContain("0 feasible");
  expect(text).toContain("Smallest changes that make it fit");
  const whyNot = await other.run(
    "explain pod/default/third -f spec.yaml -f third.yaml --why-not esx-01",
  );
  expect(whyNot.stdout).toContain("Why not esx-01:");
  const cards = await other.run("explain pod/default/a -f spec.yaml --all-hosts");
  expect(cards.stdout).toMatch(/esx-0[12] +chosen/);
  other.remove();
});

interface Card {
  readonly title: string;
  readonly decision: { readonly chosen: string; readonly from: string };
  readonly replicas: readonly { readonly address: string; readonly host: string }[];
}

test("explain names the runner-up with what decided, and compares any other host by terms", async () => {
  const other = project({
    "spec.yaml": yaml(host("x"), host("y", 32), host("z", 16), pod("one", "12Gi")),
  });
  const explain = async (flags: string): Promise<string> =>
    (await other.run(`explain pod/default/one -f spec.yaml ${flags}`)).stdout;
  expect(await explain("")).toMatch(
    /2 choose +x, score [\d.]+; runner-up y [\d.]+, decided by load/,
  );
  expect(await explain("--why-not y")).toMatch(/Why not y:\n.*; decided by load/);
  expect(await explain("--why-not z")).toMatch(/Why not z:\n.*; memory [\d.]+ against [\d.]+/);
  other.remove();
});

test("explain says where a workload is, even where another host would be chosen now", async () => {
  const other = project({ "spec.yaml": yaml(host("x"), pod("one", "12Gi")) });
  await other.run("apply -f spec.yaml --yes");
  other.write("spec.yaml", yaml(host("x"), host("y", 128), pod("one", "12Gi")));
  const ran = await other.run("explain pod/default/one -f spec.yaml");
  expect(ran.stdout).toMatch(/^pod\/default\/one {2}x\b/);
  expect(ran.stdout).toMatch(/asked anew it would be y.*nothing drives it from x/);
  const json = await other.run("explain pod/default/one -f spec.yaml -o json");
  const card = JSON.parse(json.stdout) as Card;
  expect(card).toMatchObject({ title: "on x", decision: { chosen: "y", from: "x" } });
  other.remove();
});

test("explain of a controller names the host of every replica", async () => {
  const text = await out("explain deployment/default/web -f spec.yaml");
  expect(text).toMatch(/pod\/default\/web-0 +esx-0[12]\npod\/default\/web-1 +esx-0[12]\n/);
  const card = JSON.parse(await out("explain deployment/default/web -f spec.yaml -o json")) as Card;
  expect(card.title).toBe("2 replicas");
  expect(card.replicas.map(({ address }) => address)).toEqual([
    "pod/default/web-0",
    "pod/default/web-1",
  ]);
});

test("explain reads its argument by its shape", async () => {
  expect(await out("explain VP3004")).toContain("no host can take this workload");
  expect(await out("explain vp3004")).toContain("VP3004");
  expect(await out("explain esx-01")).toContain("host/esx-01");
  expect(await out("explain host/esx-01")).toContain("WORKLOAD");
  expect(await out("explain vm.spec.className")).toContain("VirtualMachine.spec.className");
  expect((await made.run("explain vm.spec.clasName")).stderr).toContain("did you mean className?");
  expect((await made.run("explain VP0000")).code).toBe(64);
  expect((await made.run("explain nonsense")).code).toBe(64);
  expect((await made.run("explain pod/default/zz -f spec.yaml")).code).toBe(64);
});
