import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OUTPUT_SCHEMAS } from "../../cli/wiring/output-schemas.ts";
import { host, pod, type Project, project, SMALL, yaml } from "./project.ts";

let made: Project;
const ajv = new Ajv2020({ allErrors: true, strict: false });

beforeAll(async () => {
  made = project();
  await made.run("apply -f spec.yaml --yes");
  await made.run("plan -f spec.yaml --destroy --out p.vpacplan");
  made.write("bad.yaml", "apiVersion: v1\nkind: Pood\nmetadata: {name: x}\n");
  made.write("tight.yaml", yaml(SMALL, host("esx-03"), pod("huge", "60Gi"), pod("more", "60Gi")));
});

afterAll(() => made.remove());

async function faultsOf(document: unknown): Promise<unknown> {
  const { format = "" } = document as { format?: string };
  const name = format.replace(/^vpac\./, "").replace(/\/1\.0$/, "");
  const schema = await OUTPUT_SCHEMAS.get(name)?.();
  if (schema === undefined) return `no schema for "${format}"`;
  const check = ajv.getSchema((schema as { $id: string }).$id) ?? ajv.compile(schema);
  return check(document) === true ? [] : check.errors;
}

const DOCUMENTS = [
  "version -o json",
  "providers -o json",
  "help exit-codes -o json",
  "schema -o json",
  "plan -f spec.yaml -o json",
  "plan -f spec.yaml --destroy -o json",
  "plan -f tight.yaml -o json",
  "plan -f bad.yaml -o json",
  "plan -f spec.yaml --stage load",
  "plan -f spec.yaml --stage observe",
  "plan -f spec.yaml --stage place",
  "plan --nonsense -o json",
  "show p.vpacplan -o json",
  "show state -o json",
  "validate spec.yaml -o json",
  "validate bad.yaml -o json",
  "fmt --check spec.yaml -o json",
  "get pods -o json",
  "get pod/a -o json",
  "describe pod/default/a -o json",
  "status -o json",
  "hosts -o json",
  "explain VP3004 -o json",
  "explain vm.spec -o json",
  "explain esx-01 -o json",
  "explain pod/default/a -f spec.yaml -o json",
  "explain pod/default/huge -f tight.yaml -o json",
  "state list -o json",
  "state show pod/default/a -o json",
  "state rm pod/default/a --dry-run -o json",
  "sim list -o json",
  "sim trace pod/default/a -o json",
  "sim load pod/default/a --cpu 10% -o json",
  "sim power-on pod/default/nobody -o json",
];

test.for(DOCUMENTS)("%s prints a document that its schema knows, with exit", async (command) => {
  const ran = await made.run(command);
  const document = JSON.parse(ran.stdout) as { exit?: { code: number } };
  expect(document.exit?.code).toBe(ran.code);
  expect(await faultsOf(document), ran.stdout.slice(0, 400)).toEqual([]);
});

test("every listed document schema is printed under its own name", async () => {
  for (const name of OUTPUT_SCHEMAS.keys()) {
    const printed = JSON.parse((await made.run(`schema ${name}`)).stdout) as { title?: string };
    expect(printed.title).toBe(`vpac.${name}/1.0`);
  }
});

test("every event of an apply and of a destroy is known to the schema", async () => {
  const other = project();
  const check = ajv.compile((await OUTPUT_SCHEMAS.get("events")?.()) ?? {});
  for (const command of [
    "apply -f spec.yaml --yes -o ndjson",
    "destroy -f spec.yaml --yes --confirm default -o ndjson",
    "plan -f spec.yaml -o ndjson",
  ]) {
    const ran = await other.run(command);
    for (const line of ran.stdout.trim().split("\n")) {
      expect(check(JSON.parse(line)), `${line}\n${JSON.stringify(check.errors)}`).toBe(true);
    }
  }
  other.remove();
});

test("--json-into writes the same bytes that -o json prints", async () => {
  const env = { VPAC_TEST_NOW: "2026-01-01T00:00:00Z" };
  const text = await made.run("plan -f spec.yaml --destroy --json-into plan.json", { env });
  expect(text.stdout).toContain("Plan: 0 to add");
  const machine = await made.run("plan -f spec.yaml --destroy -o json", { env });
  const plain = (json: string): unknown => ({ ...(JSON.parse(json) as object), timingMs: {} });
  expect(plain(readFileSync(join(made.path, "plan.json"), "utf8"))).toEqual(plain(machine.stdout));
});

test("demo ends with an applied plan, twice, and never overwrites", async () => {
  const other = project({});
  const first = await other.run("demo");
  expect(first.code, first.stderr).toBe(0);
  expect(first.elapsedMs).toBeLessThan(15_000);
  expect(first.stdout).toMatch(/Apply complete! Resources: \d\d added/);
  other.write("vpac-demo/README.md", "mine");
  const second = await other.run("demo -o json");
  expect(await faultsOf(JSON.parse(second.stdout))).toEqual([]);
  expect(readFileSync(join(other.path, "vpac-demo/README.md"), "utf8")).toBe("mine");
  const inside = `${other.path}/vpac-demo`;
  expect((await other.run("plan --detailed-exitcode", { cwd: inside })).code).toBe(0);
  const explained = await other.run("explain vm/shop/db-2 -f manifests -f what-if", {
    cwd: inside,
  });
  expect(explained.stdout).toContain("UNPLACED");
  other.write("taken/file.txt", "not a demo");
  expect((await other.run("demo taken")).code).toBe(1);
  other.remove();
});
