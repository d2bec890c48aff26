import { afterAll, beforeAll, expect, test } from "vitest";
import { host, pod, type Project, project, SMALL, yaml } from "./project.ts";

let made: Project;
let planned = "";
let nothing = "";
let applied = "";
let destroyed = "";

beforeAll(async () => {
  made = project();
  planned = (await made.run("plan -f spec.yaml")).stdout;
  applied = (await made.run("apply -f spec.yaml --yes")).stdout;
  nothing = (await made.run("plan -f spec.yaml")).stdout;
  await made.run("plan -f spec.yaml --destroy --out d.vpacplan");
  destroyed = (await made.run("destroy -f spec.yaml --yes --confirm default")).stdout;
});

afterAll(() => made.remove());

/** What tools that read Terraform's output look for, written anew from their documentation. */
const SUMMARY = /Plan: (?:(\d+) to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy\./;
const NOTHING = /^No changes\. Your infrastructure matches the configuration\.$/m;
const APPLIED = /Apply complete! Resources: (\d+) added, (\d+) changed, (\d+) destroyed\./;
const ADDED = /(\d+) added, (\d+) changed, (\d+) destroyed/;

test("the summary line of a plan", () => {
  expect(SUMMARY.exec(planned)?.slice(2)).toEqual(["5", "0", "0"]);
  expect(planned).toMatch(/^Plan: 5 to add, .* Placement: 3 to place, 0 to move, 0 unplaced\.$/m);
});

test("the line for nothing to do", () => {
  expect(nothing).toMatch(NOTHING);
  expect(nothing).not.toMatch(SUMMARY);
});

test("the apply line, also of a destroy", () => {
  expect(APPLIED.exec(applied)?.slice(1)).toEqual(["5", "0", "0"]);
  expect(ADDED.exec(applied)?.slice(1)).toEqual(["5", "0", "0"]);
  expect(APPLIED.exec(destroyed)?.slice(1)).toEqual(["0", "0", "5"]);
  expect(applied.trimEnd().split("\n").at(-1)).toMatch(new RegExp(`^${APPLIED.source}$`));
});

interface Bridge {
  readonly format_version: string;
  readonly terraform_version: string;
  readonly resource_changes: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: object | null;
      readonly after: object | null;
    };
  }[];
}

test("the JSON bridge carries actions, addresses and values", async () => {
  const shown = await made.run("show d.vpacplan --format terraform");
  const bridge = JSON.parse(shown.stdout) as Bridge;
  expect(bridge.format_version).toBe("1.2");
  expect(bridge.terraform_version).toBe("1.11.4");
  const gone = bridge.resource_changes.find(({ address }) => address === "pod/default/a");
  expect(gone).toMatchObject({ mode: "managed", type: "pod", name: "default/a" });
  expect(gone?.change.actions).toEqual(["delete"]);
  expect(gone?.change.after).toBeNull();

  const fresh = project({ "spec.yaml": yaml(host("esx-01"), pod("a")) });
  await fresh.run("apply -f spec.yaml --yes");
  fresh.write("spec.yaml", yaml(host("esx-01"), pod("a").replace("nginx", "caddy"), pod("b")));
  await fresh.run("plan -f spec.yaml --out p.vpacplan");
  const { stdout } = await fresh.run("show p.vpacplan --format terraform");
  const changes = (JSON.parse(stdout) as Bridge).resource_changes;
  const actions = Object.fromEntries(changes.map((item) => [item.address, item.change.actions]));
  expect(actions["pod/default/b"]).toEqual(["create"]);
  const edited = changes.find(({ address }) => address === "pod/default/a")?.change;
  expect(JSON.stringify(edited?.before)).toContain("nginx");
  expect(JSON.stringify(edited?.after)).toContain("caddy");
  fresh.remove();
});

test("the same documents in another order give the same plan, byte for byte", async () => {
  const [first, second] = [project(), project()];
  const parts = SMALL.split("---\n");
  second.write("spec.yaml", yaml(...parts.toReversed()));
  const env = { VPAC_TEST_NOW: "2026-01-01T00:00:00Z" };
  const texts = await Promise.all(
    [first, second].map(async (item) => {
      const ran = await item.run("plan -f spec.yaml -o json", { env });
      const { changes, steps, digest } = JSON.parse(ran.stdout) as {
        changes: { source?: object }[];
        steps: unknown;
        digest: string;
      };
      return { changes: changes.map(({ source: _source, ...rest }) => rest), steps, digest };
    }),
  );
  expect(texts[0]?.changes).toEqual(texts[1]?.changes);
  expect(texts[0]?.steps).toEqual(texts[1]?.steps);
  for (const item of [first, second]) item.remove();
});

test("--refresh=false plans from the last reading, --inventory from a snapshot", async () => {
  const other = project();
  await other.run("apply -f spec.yaml --yes");
  const { stdout } = await other.run("plan -f spec.yaml --stage observe");
  other.write("inventory.json", stdout);
  await other.run("sim delete pod/default/a");
  for (const flag of ["--no-refresh", "--refresh=false", "--inventory inventory.json"]) {
    const ran = await other.run(`plan -f spec.yaml --detailed-exitcode ${flag}`);
    expect(ran.code, `${flag}\n${ran.stdout}${ran.stderr}`).toBe(0);
  }
  expect((await other.run("plan -f spec.yaml --detailed-exitcode")).code).toBe(2);
  other.write("inventory.json", "{}");
  expect((await other.run("plan -f spec.yaml --inventory inventory.json")).code).toBe(65);
  other.remove();
});
