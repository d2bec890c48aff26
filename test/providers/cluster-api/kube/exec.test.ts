import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Clock } from "../../../../engine/contract/clock.ts";
import { systemClock } from "../../../../cli/wiring/clock.ts";
import {
  type ClusterAccess,
  type ExecPlugin,
  KubeconfigError,
} from "../../../../providers/cluster-api/kube/access.ts";
import { Credentials } from "../../../../providers/cluster-api/kube/credentials.ts";
import { EXEC_ALLOW_VARIABLE, runExec } from "../../../../providers/cluster-api/kube/exec.ts";
import { fakeClock } from "../../../support/fake-clock.ts";

const VERSION = "client.authentication.k8s.io/v1";
const CANARY = "canary-secret-9f2c-with-some-length";
let folder = "";

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "vpac-exec-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function credential(status: object): string {
  return JSON.stringify({ apiVersion: VERSION, kind: "ExecCredential", status });
}

function plugin(command: string, parts: Partial<ExecPlugin> = {}): ExecPlugin {
  return {
    apiVersion: VERSION,
    command,
    args: [],
    env: {},
    provideClusterInfo: false,
    installHint: undefined,
    folder,
    fromProject: false,
    place: { file: "kubeconfig", field: "users[0].user.exec" },
    ...parts,
  };
}

function accessBy(exec: ExecPlugin): ClusterAccess {
  return {
    file: "kubeconfig",
    context: "main",
    server: "https://kube.example",
    namespace: "default",
    tls: { ca: "PEM", serverName: "name", insecureSkipVerify: false, client: undefined },
    credential: { is: "exec", exec },
    warnings: [],
  };
}

const allow = (...paths: readonly string[]): Readonly<Record<string, string>> => ({
  PATH: `${folder}:/usr/bin:/bin`,
  [EXEC_ALLOW_VARIABLE]: paths.join(":"),
});

function run(
  exec: ExecPlugin,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal = new AbortController().signal,
): ReturnType<typeof runExec> {
  return runExec(accessBy(exec), exec, { env, signal });
}

async function refusal(running: Promise<unknown>): Promise<KubeconfigError> {
  const error = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(KubeconfigError);
  return error as KubeconfigError;
}

test("a plugin that the operator lists gives its token (T23)", async () => {
  const command = script("gives", `echo '${credential({ token: "abc" })}'`);
  for (const written of [command, "./gives", "gives"]) {
    const given = await run(plugin(written), allow("/usr/bin/other", command));
    expect(given.token?.reveal()).toBe("abc");
  }
});

test("a plugin that is not listed never runs, and the message says what to set (T23)", async () => {
  const mark = join(folder, "ran");
  const command = script("marks", `touch ${mark}`);
  for (const env of [{}, { PATH: folder }, allow(`${command}x`), allow("marks"), allow(folder)]) {
    const error = await refusal(run(plugin(command), env));
    expect(error.problem).toBe("execDenied");
    expect(error.field).toBe("users[0].user.exec.command");
    expect(error.message).toContain(`${EXEC_ALLOW_VARIABLE}=`);
    expect(error.message).toContain(command);
  }
  expect(() => readFileSync(mark)).toThrow("ENOENT");
});

test("a plugin of a kubeconfig in the project never runs, listed or not (T23)", async () => {
  const command = script("listed", `echo '${credential({ token: "abc" })}'`);
  const error = await refusal(run(plugin(command, { fromProject: true }), allow(command)));
  expect(error.problem).toBe("execDenied");
  expect(error.message).toContain("outside of the project");
});

test("a link is judged by what it leads to (T23)", async () => {
  const command = script("real", `echo '${credential({ token: "abc" })}'`);
  const evil = script("evil", "exit 1");
  const link = join(folder, "link");
  symlinkSync(command, link);
  expect((await run(plugin(link), allow(command))).token?.reveal()).toBe("abc");
  expect((await run(plugin(command), allow(link))).token?.reveal()).toBe("abc");
  const toEvil = join(folder, "looks-fine");
  symlinkSync(evil, toEvil);
  expect((await refusal(run(plugin(toEvil), allow(command)))).problem).toBe("execDenied");
});

test("arguments and variables reach the plugin as they are, with no shell between (T14)", async () => {
  const out = join(folder, "out");
  const command = script(
    "tells",
    `{ printf '%s\\n' "$@"; echo "$EXTRA"; echo "$KUBERNETES_EXEC_INFO"; } > ${out}
echo '${credential({ token: "abc" })}'`,
  );
  const args = ["$(id)", ";id", "-x", "a b", "`id`"];
  const exec = plugin(command, { args, env: { EXTRA: "$HOME" }, provideClusterInfo: true });
  await run(exec, allow(command));
  const lines = readFileSync(out, "utf8").trim().split("\n");
  expect(lines.slice(0, 5)).toEqual(args);
  expect(lines[5]).toBe("$HOME");
  expect(JSON.parse(lines[6] ?? "")).toEqual({
    apiVersion: VERSION,
    kind: "ExecCredential",
    spec: {
      interactive: false,
      cluster: {
        server: "https://kube.example",
        "tls-server-name": "name",
        "certificate-authority-data": Buffer.from("PEM").toString("base64"),
      },
    },
  });
});

const bad: readonly (readonly [name: string, body: string, says: string])[] = [
  ["ends with an error", `echo "no login for ${CANARY}" >&2; exit 3`, "exit code 3"],
  ["is killed", "kill -9 $$", "SIGKILL"],
  ["prints nothing", "true", "ExecCredential"],
  ["prints no JSON", `echo ${CANARY}`, "ExecCredential"],
  ["prints another kind", `echo '{"kind":"Secret","data":"${CANARY}"}'`, "ExecCredential"],
  [
    "prints another version",
    `echo '{"kind":"ExecCredential","apiVersion":"v9","status":{"token":"${CANARY}"}}'`,
    "another version",
  ],
  ["prints no credential", `echo '${credential({})}'`, "no credential"],
  [
    "prints a broken token",
    `printf '%s' '${credential({ token: `${CANARY}\r\nX: y` })}'`,
    "header",
  ],
  ["prints half a certificate", `echo '${credential({ clientKeyData: CANARY })}'`, "half"],
  ["prints for ever", `while :; do echo ${CANARY}${CANARY}${CANARY}; done`, "too much"],
];

test.for(bad)("a plugin that %s is a typed failure", async ([name, body, says]) => {
  const command = script(name.replaceAll(" ", "-"), body);
  const error = await refusal(run(plugin(command), allow(command)));
  expect(error.problem).toBe("execFailed");
  expect(error.message).toContain(says);
  expect(error.message).not.toContain(CANARY);
});

test("a plugin that hangs is ended with its deadline", async () => {
  const command = script("hangs", "exec sleep 60");
  const ended = new AbortController();
  const running = run(plugin(command), allow(command), ended.signal);
  setTimeout(() => ended.abort(), 100);
  expect((await refusal(running)).message).toContain("did not end in time");
});

test("a plugin that is not there says so, with the hint of the kubeconfig", async () => {
  const exec = plugin("gone-tool", { installHint: "Install gone-tool first." });
  const error = await refusal(run(exec, allow("/usr/bin/gone-tool")));
  expect(error.problem).toBe("execFailed");
  expect(error.message).toContain("gone-tool");
  expect(error.message).toContain("Install gone-tool first.");
});

function counting(name: string, status: string): { command: string; runs: () => number } {
  const log = join(folder, `${name}.log`);
  writeFileSync(log, "");
  const printed = `{"apiVersion":"${VERSION}","kind":"ExecCredential","status":${status}}`;
  const command = script(name, `echo x >> ${log}\necho '${printed}'`);
  return { command, runs: () => readFileSync(log, "utf8").length / 2 };
}

test("a credential is kept until shortly before its end, and shared by calls at once", async () => {
  const clock = fakeClock(Date.parse("2026-01-01T00:00:00Z"));
  const real = systemClock({});
  // Time stands still but for what the test lets pass; deadlines take their time.
  const frozen: Clock = { now: () => clock.now(), sleep: (ms, signal) => real.sleep(ms, signal) };
  const { command, runs } = counting(
    "expires",
    '{"token":"abc","expirationTimestamp":"2026-01-01T01:00:00Z"}',
  );
  const exec = plugin(command);
  const credentials = new Credentials(accessBy(exec), { clock: frozen, env: allow(command) });
  await Promise.all([credentials.current(), credentials.current(), credentials.current()]);
  expect(runs()).toBe(1);
  await clock.sleep(59 * 60_000);
  await credentials.current();
  expect(runs()).toBe(1);
  await clock.sleep(55_000);
  await credentials.current();
  expect(runs()).toBe(2);
});

test("a credential that the server refuses is fetched anew, once for all who hold it", async () => {
  const { command, runs } = counting("refused", '{"token":"abc"}');
  const exec = plugin(command);
  const seams = { clock: systemClock({}), env: allow(command) };
  const credentials = new Credentials(accessBy(exec), seams);
  const first = await credentials.current();
  credentials.refuse(first);
  const second = await credentials.current();
  credentials.refuse(first);
  expect(await credentials.current()).toBe(second);
  expect(runs()).toBe(2);
  expect(credentials.renewable).toBe(true);
});

test("a token in a file is read again when it is a minute old", async () => {
  const path = join(folder, "token-file");
  writeFileSync(path, "first\n");
  const clock = fakeClock();
  const access = { ...accessBy(plugin("x")), credential: { is: "file", path } as const };
  const credentials = new Credentials(access, { clock, env: {} });
  const token = async (): Promise<string | undefined> =>
    (await credentials.current()).token?.reveal();
  expect(await token()).toBe("first");
  writeFileSync(path, "second\n");
  expect(await token()).toBe("first");
  await clock.sleep(61_000);
  expect(await token()).toBe("second");
  writeFileSync(path, "bad\nlines");
  await clock.sleep(61_000);
  expect((await refusal(credentials.current())).problem).toBe("malformed");
});
