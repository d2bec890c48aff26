import { chmodSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { COMMANDS } from "../../cli/commands/index.ts";
import { complete } from "../../cli/completion/complete.ts";
import { canonicalYaml } from "../../cli/format/canonical.ts";
import { sources } from "../support/sources.ts";
import { run, VPAC } from "../support/vpac.ts";
import { type Project, project } from "./project.ts";

let open: Project[] = [];
afterEach(() => {
  for (const item of open) item.remove();
  open = [];
});

function opened(files: Readonly<Record<string, string>>): Project {
  const made = project(files);
  open.push(made);
  return made;
}

const UGLY = `# about the file
kind: Pod   # the kind
metadata:
    labels: {app: web}
    name: x
apiVersion: v1
spec:
    containers:
    - image: "nginx"   # pinned
      name: a
      args: ["a", 0x1F]
---
---
kind: Namespace
apiVersion: v1
metadata: {name: y}
`;

const NEAT = `# about the file

apiVersion: v1
kind: Pod # the kind
metadata:
  name: x
  labels: {app: web}
spec:
  containers:
    - image: "nginx" # pinned
      name: a
      args: ["a", 0x1F]
---
apiVersion: v1
kind: Namespace
metadata: {name: y}
`;

test("fmt writes the canonical form, keeps comments, and is idempotent", () => {
  const once = canonicalYaml(UGLY);
  expect(once.replace("# about the file\n\n", "# about the file\n")).toBe(
    NEAT.replace("# about the file\n\n", "# about the file\n"),
  );
  expect(canonicalYaml(once)).toBe(once);
});

test("fmt is idempotent and keeps the meaning of every example", () => {
  const files = sources(["{examples,schemas}/**/*.yaml"]);
  expect(files.length).toBeGreaterThan(20);
  for (const { path, text } of files) {
    const once = canonicalYaml(text);
    expect(canonicalYaml(once), path).toBe(once);
  }
});

test("fmt replaces files whole, keeping their mode and links; --check and --diff write nothing", async () => {
  const made = opened({ "a.yaml": UGLY });
  const file = join(made.path, "a.yaml");
  chmodSync(file, 0o640);
  symlinkSync("a.yaml", join(made.path, "link.yaml"));
  const checked = await made.run("fmt --check a.yaml");
  expect(checked).toMatchObject({ code: 1, stdout: "a.yaml\n" });
  const shown = await made.run("fmt --diff a.yaml");
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(/^--- a\.yaml\n\+\+\+ a\.yaml\n@@ /);
  expect(shown.stdout).toContain("+kind: Pod # the kind");
  expect(readFileSync(file, "utf8")).toBe(UGLY);
  expect((await made.run("fmt link.yaml")).code).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(canonicalYaml(UGLY));
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect((await made.run("fmt --check a.yaml")).code).toBe(0);
});

test("fmt leaves a file with a syntax error alone and formats the others", async () => {
  const made = opened({ "bad.yaml": "a: [1\n", "good.yaml": UGLY });
  const ran = await made.run("fmt bad.yaml good.yaml");
  expect(ran.code).toBe(65);
  expect(ran.stdout).toBe("good.yaml\n");
  expect(readFileSync(join(made.path, "bad.yaml"), "utf8")).toBe("a: [1\n");
});

test("validate tells every error of every file at once, with its place", async () => {
  const made = opened({
    "a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {contaners: []}\n",
    "b.yaml": "apiVersion: v1\nkind: Pood\nmetadata: {name: b}\n",
  });
  const ran = await made.run("validate a.yaml b.yaml --format json");
  expect(ran.code).toBe(65);
  const document = JSON.parse(ran.stdout) as {
    valid: boolean;
    error_count: number;
    diagnostics: { source: { file: string; line: number; column: number } }[];
    exit: { code: number; reason: string };
  };
  expect(document.valid).toBe(false);
  expect(document.exit).toMatchObject({ code: 65, reason: "invalid" });
  expect(new Set(document.diagnostics.map(({ source }) => source.file))).toEqual(
    new Set(["a.yaml", "b.yaml"]),
  );
  expect(document.diagnostics.every(({ source }) => source.line > 0)).toBe(true);
  const text = await made.run("validate a.yaml");
  expect(text.stdout).toContain("a.yaml:4:");
  expect(text.stdout).toContain("containers");
});

test("--strict turns warnings into errors", async () => {
  const claim = `apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachine
metadata: {name: x}
spec: {className: best-effort-small, imageName: nowhere, storageClass: none-such}
`;
  const made = opened({ "a.yaml": claim });
  const loose = await made.run("validate a.yaml");
  const strict = await made.run("validate a.yaml --strict");
  expect(strict.code).toBe(65);
  expect(loose.stdout).toContain("warning[VP");
  expect(strict.stdout).not.toContain("warning[VP");
});

const everyCommand = COMMANDS.flatMap((entry) => [
  [entry.name],
  ...(entry.subcommands ?? []).map((child) => [entry.name, child.name]),
]);

test.for(everyCommand)("help on %s %s leads with what it does", async (path) => {
  const ran = await run(process.execPath, [VPAC, "help", ...path], { cwd: "/tmp" });
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toContain(`Usage: vpac ${path.join(" ")}`);
  const asked = await run(process.execPath, [VPAC, ...path, "--help"], { cwd: "/tmp" });
  expect(asked.stdout).toBe(ran.stdout);
});

test("every command but hidden ones and the interface has an example", () => {
  const bare = COMMANDS.filter((entry) => entry.hidden !== true && entry.examples.length === 0);
  expect(bare.map((entry) => entry.name).filter((name) => name !== "tui")).toEqual([]);
});

test.for(["exit-codes", "environment", "addresses", "formats"])("help %s", async (topic) => {
  const ran = await run(process.execPath, [VPAC, "help", topic], { cwd: "/tmp" });
  expect(ran.code).toBe(0);
  expect(ran.stdout.length).toBeGreaterThan(300);
});

test.for([
  { words: ["pl"], holds: "plan" },
  { words: ["plan", "--det"], holds: "--detailed-exitcode" },
  { words: ["-o", ""], holds: "json" },
  { words: ["state", ""], holds: "forget" },
  { words: ["plan", "--color", "al"], holds: "always" },
  { words: ["help", "exit"], holds: "exit-codes" },
  { words: ["describe", "pod/default/"], holds: "pod/default/a" },
  { words: ["plan", "--target", ""], holds: "host/esx-01" },
])("completion of $words has $holds", async ({ words, holds }) => {
  const made = opened({});
  made.write(".vpac/state/state.json", '{"address":"pod/default/a"},{"address":"host/esx-01"}');
  const found = complete(words, { env: {}, cwd: made.path });
  expect(found.split("\n")).toContain(holds);
});

test("the bash script completes an address of the state", async () => {
  const made = project();
  open.push(made);
  await made.run("apply -f spec.yaml --yes");
  made.write("vpac", `#!/bin/sh\nexec "${process.execPath}" "${VPAC}" "$@"\n`);
  chmodSync(join(made.path, "vpac"), 0o755);
  const script = `export PATH="${made.path}:$PATH"
source <(vpac completion bash)
COMP_WORDS=(vpac describe pod/default/) COMP_CWORD=2
_vpac
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ran = await run("bash", ["-c", script], { cwd: made.path });
  expect(ran.stdout, ran.stderr).toBe("pod/default/a\npod/default/b\npod/default/c\n");
});

test.for(["zsh", "fish"])("there is a script for %s, and none for others", async (shell) => {
  const made = opened({});
  expect((await made.run(`completion ${shell}`)).stdout).toContain("vpac __complete");
  expect((await made.run("completion tcsh")).code).toBe(64);
});
