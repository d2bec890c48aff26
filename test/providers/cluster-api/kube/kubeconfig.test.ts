import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { KubeconfigError } from "../../../../providers/cluster-api/kube/access.ts";
import { readKubeconfig } from "../../../../providers/cluster-api/kube/kubeconfig.ts";
import { CANARY, config, EXEC, kubeconfigFolder, PEM, refusal } from "./kubeconfigs.ts";

const { folder, project, read } = kubeconfigFolder();
const base64 = (text: string): string => Buffer.from(text).toString("base64");

test("a kubeconfig gives server, namespace, authority and token", async () => {
  const access = await read(
    config({
      cluster: {
        server: "https://10.0.0.1:6443/base/",
        "certificate-authority-data": base64(PEM),
        "tls-server-name": "kube.example",
      },
      context: { namespace: "shop" },
    }),
  );
  expect(access).toMatchObject({
    context: "main",
    server: "https://10.0.0.1:6443/base",
    namespace: "shop",
    tls: { ca: PEM, serverName: "kube.example", insecureSkipVerify: false, client: undefined },
    credential: { is: "token" },
    warnings: [],
  });
  expect(access.credential.is === "token" && access.credential.token.reveal()).toBe(CANARY);
});

test("YAML with comments and block text is read like JSON", async () => {
  const access = await read(`
# made by hand
apiVersion: v1
kind: Config
current-context: main
clusters:
- name: c
  cluster:
    server: https://kube.example
    certificate-authority-data: ${base64(PEM)}
users: []
contexts:
- {name: main, context: {cluster: c}}
`);
  expect(access.server).toBe("https://kube.example");
  expect(access.credential).toEqual({ is: "none" });
  expect(access.namespace).toBe("default");
});

test("a context other than the current one can be asked for", async () => {
  const root = {
    contexts: [
      { name: "main", context: { cluster: "c", user: "u" } },
      { name: "other", context: { cluster: "c", namespace: "two" } },
    ],
  };
  const access = await read(config({ root }), { context: "other" });
  expect(access).toMatchObject({ namespace: "two", credential: { is: "none" } });
});

test("paths are relative to the folder of the kubeconfig", async () => {
  const cluster = { "certificate-authority": "ca.crt" };
  const access = await read(config({ cluster, user: { tokenFile: "token" } }));
  expect(access.tls.ca).toBe(PEM);
  expect(access.credential).toEqual({ is: "file", path: join(folder(), "token") });
});

test("data in the file goes before a path beside it", async () => {
  const cluster = {
    "certificate-authority": "nowhere.crt",
    "certificate-authority-data": base64(`${PEM}data`),
  };
  expect((await read(config({ cluster }))).tls.ca).toBe(`${PEM}data`);
});

test("switched-off checks of certificates give a warning that names file and server", async () => {
  const access = await read(config({ cluster: { "insecure-skip-tls-verify": true } }));
  expect(access.warnings).toHaveLength(1);
  expect(access.warnings[0]).toContain("https://10.0.0.1:6443 is not checked");
  expect(access.warnings[0]).toContain(join(folder(), "kubeconfig"));
});

test("a kubeconfig that is not there, a folder or a pipe is unreadable, at once", async () => {
  const pipe = join(folder(), "pipe");
  execFileSync("/usr/bin/mkfifo", [pipe]);
  for (const file of [join(folder(), "gone"), folder(), pipe]) {
    expect((await refusal(readKubeconfig(file))).problem).toBe("unreadable");
  }
});

test("a key like __proto__ changes nothing", async () => {
  await refusal(read('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"x": 1}}}'));
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("a kubeconfig in the project names only files of the project (T6, T23)", async () => {
  const inside = { cluster: { "certificate-authority": "keys/ca.crt" } };
  const options = { projectFolder: project() };
  expect((await read(config(inside), options, project())).tls.ca).toBe(PEM);
  for (const path of ["../token", join(folder(), "token"), "token", "/etc/hostname"]) {
    const error = await refusal(read(config({ user: { tokenFile: path } }), options, project()));
    expect(error.problem, path).toBe("outside");
    expect(error.field).toBe("users[0].user.tokenFile");
  }
  const error = await refusal(
    read(config({ cluster: { "certificate-authority": "../ca.crt" } }), options, project()),
  );
  expect(error.problem).toBe("outside");
});

test("a kubeconfig beside the project may name files anywhere, and plugins", async () => {
  const options = { projectFolder: project() };
  const access = await read(config({ user: { tokenFile: "token" } }), options);
  expect(access.credential.is).toBe("file");
  const plugin = await read(config({ user: { exec: EXEC } }), options);
  expect(plugin.credential).toMatchObject({ is: "exec", exec: { fromProject: false } });
  const own = await read(config({ user: { exec: EXEC } }), options, project());
  expect(own.credential).toMatchObject({ is: "exec", exec: { fromProject: true } });
});

test("a link to a project does not take a kubeconfig out of it (T6)", async () => {
  const link = join(folder(), "link");
  symlinkSync(project(), link);
  const reading = read(config({ user: { tokenFile: "../token" } }), { projectFolder: link }, link);
  expect((await refusal(reading)).problem).toBe("outside");
});

test("a link in the project to a kubeconfig elsewhere is the project's (T6)", async () => {
  writeFileSync(join(folder(), "elsewhere"), config({ user: { tokenFile: "keys/../../token" } }));
  const link = join(project(), "linked");
  symlinkSync(join(folder(), "elsewhere"), link);
  const error = await refusal(readKubeconfig(link, { projectFolder: project() }));
  expect(error.problem).toBe("outside");
});

test("secrets are hidden however an access is shown (T21)", async () => {
  const key = base64(`-----BEGIN PRIVATE KEY-----\n${CANARY}`);
  const user = { "client-certificate-data": base64(PEM), "client-key-data": key, token: CANARY };
  const access = await read(config({ user }));
  const shown = `${inspect(access, { depth: 9, showHidden: true })} ${JSON.stringify(access)}`;
  expect(shown).not.toContain(CANARY);
  expect(String(access.tls.client?.key)).toBe("(hidden)");
});

test("whatever the file holds, it is an access or a typed refusal", async () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const parts = fc.record(
    { cluster: fc.object({ maxDepth: 1 }), user: fc.object({ maxDepth: 2 }), root: fc.object() },
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    value.map((json) => JSON.stringify(json)),
    parts.map(config),
    fc.string({ unit: "grapheme", maxLength: 60 }),
  );
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      const result = await read(content).catch((error: unknown) => error);
      expect(result instanceof KubeconfigError || "server" in (result as object)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
