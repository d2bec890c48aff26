import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ClusterAccess,
  KubeconfigError,
  type KubeconfigOptions,
} from "../../../../providers/cluster-api/kube/access.ts";
import { readKubeconfig } from "../../../../providers/cluster-api/kube/kubeconfig.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const CANARY = "canary-secret-9f2c";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

let folder = "";
let project = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vpac-kubeconfig-"));
  project = join(folder, "project");
  mkdirSync(join(project, "keys"), { recursive: true });
  writeFileSync(join(folder, "ca.crt"), PEM);
  writeFileSync(join(folder, "token"), CANARY);
  writeFileSync(join(project, "keys", "ca.crt"), PEM);
  symlinkSync(join(folder, "token"), join(project, "token"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
  readonly root?: object;
}

function config({ cluster, user, context, root }: Parts): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "main",
    clusters: [{ name: "c", cluster: { server: "https://10.0.0.1:6443", ...cluster } }],
    users: [{ name: "u", user: user ?? { token: CANARY } }],
    contexts: [{ name: "main", context: { cluster: "c", user: "u", ...context } }],
    ...root,
  });
}

function read(
  text: string | Buffer,
  options?: KubeconfigOptions,
  within = folder,
): Promise<ClusterAccess> {
  const file = join(within, "kubeconfig");
  writeFileSync(file, text);
  return readKubeconfig(file, options);
}

async function refusal(reading: Promise<ClusterAccess>): Promise<KubeconfigError> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(KubeconfigError);
  return error as KubeconfigError;
}

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
  expect(access.credential).toEqual({ is: "file", path: join(folder, "token") });
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
  expect(access.warnings[0]).toContain(join(folder, "kubeconfig"));
});

const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "tool" };

const refused: readonly {
  readonly name: string;
  readonly parts: Parts;
  readonly problem: string;
  readonly field: string;
}[] = [
  {
    name: "a proxy (T23)",
    parts: { cluster: { "proxy-url": "http://evil.example" } },
    problem: "proxyRefused",
    field: "clusters[0].cluster.proxy-url",
  },
  {
    name: "an auth-provider (T23)",
    parts: { user: { "auth-provider": { name: "gcp" } } },
    problem: "authProviderRefused",
    field: "users[0].user.auth-provider",
  },
  {
    name: "a password",
    parts: { user: { username: "u", password: CANARY } },
    problem: "unsupported",
    field: "users[0].user.username",
  },
  {
    name: "impersonation, which would be another identity unseen",
    parts: { user: { token: CANARY, as: "admin" } },
    problem: "unsupported",
    field: "users[0].user.as",
  },
  {
    name: "impersonated groups",
    parts: { user: { token: CANARY, "as-groups": ["system:masters"] } },
    problem: "unsupported",
    field: "users[0].user.as-groups",
  },
  {
    name: "a plain address",
    parts: { cluster: { server: "http://10.0.0.1" } },
    problem: "plain",
    field: "clusters[0].cluster.server",
  },
  {
    name: "an address with a password in it",
    parts: { cluster: { server: `https://u:${CANARY}@10.0.0.1` } },
    problem: "malformed",
    field: "clusters[0].cluster.server",
  },
  {
    name: "an address of a file",
    parts: { cluster: { server: "file:///etc/passwd" } },
    problem: "plain",
    field: "clusters[0].cluster.server",
  },
  {
    name: "no address",
    parts: { cluster: { server: "10.0.0.1:6443" } },
    problem: "malformed",
    field: "clusters[0].cluster.server",
  },
  {
    name: "a server that is missing",
    parts: { cluster: { server: null } },
    problem: "missing",
    field: "clusters[0].cluster.server",
  },
  {
    name: "a number for a text",
    parts: { cluster: { server: 5 } },
    problem: "malformed",
    field: "clusters[0].cluster.server",
  },
  {
    name: "a text for a flag",
    parts: { cluster: { "insecure-skip-tls-verify": "true" } },
    problem: "malformed",
    field: "clusters[0].cluster.insecure-skip-tls-verify",
  },
  {
    name: "an authority that is then not to be checked",
    parts: {
      cluster: { "insecure-skip-tls-verify": true, "certificate-authority-data": base64(PEM) },
    },
    problem: "malformed",
    field: "clusters[0].cluster.insecure-skip-tls-verify",
  },
  {
    name: "data that is not base64",
    parts: { cluster: { "certificate-authority-data": "%%%" } },
    problem: "malformed",
    field: "clusters[0].cluster.certificate-authority-data",
  },
  {
    name: "data that is no certificate",
    parts: { cluster: { "certificate-authority-data": base64(CANARY) } },
    problem: "malformed",
    field: "clusters[0].cluster.certificate-authority-data",
  },
  {
    name: "an authority that is not there",
    parts: { cluster: { "certificate-authority": "gone.crt" } },
    problem: "unreadable",
    field: "clusters[0].cluster.certificate-authority",
  },
  {
    name: "an authority that is a device",
    parts: { cluster: { "certificate-authority": "/dev/zero" } },
    problem: "unreadable",
    field: "clusters[0].cluster.certificate-authority",
  },
  {
    name: "a certificate without its key",
    parts: { user: { "client-certificate-data": base64(PEM) } },
    problem: "missing",
    field: "users[0].user.client-key",
  },
  {
    name: "a key without its certificate",
    parts: { user: { "client-key-data": base64(`-----BEGIN PRIVATE KEY-----${CANARY}`) } },
    problem: "missing",
    field: "users[0].user.client-certificate",
  },
  {
    name: "a token that would end its header",
    parts: { user: { token: `${CANARY}\r\nX-Other: 1` } },
    problem: "malformed",
    field: "users[0].user.token",
  },
  {
    name: "a plugin beside a token",
    parts: { user: { token: CANARY, exec } },
    problem: "malformed",
    field: "users[0].user.exec",
  },
  {
    name: "a plugin of a version nobody serves",
    parts: { user: { exec: { ...exec, apiVersion: "client.authentication.k8s.io/v1alpha1" } } },
    problem: "unsupported",
    field: "users[0].user.exec.apiVersion",
  },
  {
    name: "a plugin that wants a terminal",
    parts: { user: { exec: { ...exec, interactiveMode: "Always" } } },
    problem: "unsupported",
    field: "users[0].user.exec.interactiveMode",
  },
  {
    name: "a plugin with an argument that is no text",
    parts: { user: { exec: { ...exec, args: ["a", 1] } } },
    problem: "malformed",
    field: "users[0].user.exec.args[1]",
  },
  {
    name: "a plugin with a variable that is none",
    parts: { user: { exec: { ...exec, env: [{ name: "A=B", value: CANARY }] } } },
    problem: "malformed",
    field: "users[0].user.exec.env[0].name",
  },
  {
    name: "no current context",
    parts: { root: { "current-context": "" } },
    problem: "missing",
    field: "current-context",
  },
  {
    name: "a context that is not there",
    parts: { root: { "current-context": "prod" } },
    problem: "missing",
    field: "contexts",
  },
  {
    name: "a user that is not there",
    parts: { context: { user: "v" } },
    problem: "missing",
    field: "users",
  },
  {
    name: "two users of one name",
    parts: {
      root: {
        users: [
          { name: "u", user: { token: "a" } },
          { name: "u", user: { token: CANARY } },
        ],
      },
    },
    problem: "malformed",
    field: "users[1]",
  },
  {
    name: "a mapping where a list belongs",
    parts: { root: { clusters: { c: {} } } },
    problem: "malformed",
    field: "clusters",
  },
  {
    name: "a document of another kind",
    parts: { root: { kind: "Secret" } },
    problem: "malformed",
    field: "kind",
  },
];

test.for(refused)("a kubeconfig is refused with $name: $problem", async (row) => {
  const error = await refusal(read(config(row.parts)));
  expect(error.problem).toBe(row.problem);
  expect(error.field).toBe(row.field);
  expect(error.message).toContain(`${join(folder, "kubeconfig")}: ${row.field}`);
  expect(`${error.message} ${inspect(error)} ${JSON.stringify(error)}`).not.toContain(CANARY);
});

const documents: readonly (readonly [name: string, text: string, problem: string])[] = [
  ["nothing", "", "malformed"],
  ["a text", "hello", "malformed"],
  ["two documents", "kind: Config\n---\nkind: Config\n", "malformed"],
  ["a broken document", `users: [{token: "${CANARY}]`, "malformed"],
  ["a doubled key", `kind: Config\ntoken: ${CANARY}\ntoken: ${CANARY}\n`, "malformed"],
  ["aliases (T1)", `a: &a [${CANARY}]\nb: [*a, *a]\n`, "malformed"],
  ["brackets without end (T2)", "[".repeat(100_000), "malformed"],
  ["lists in lists (T2)", "- ".repeat(100_000), "malformed"],
  ["keys of keys (T2)", "? ".repeat(100_000), "malformed"],
  ["more than a megabyte (T3)", `#${"x".repeat(1_048_576)}`, "tooLarge"],
];

test.for(documents)("no kubeconfig is: %s", async ([, text, problem]) => {
  const error = await refusal(read(text));
  expect(error.problem).toBe(problem);
  expect(error.message).toContain(join(folder, "kubeconfig"));
  expect(inspect(error)).not.toContain(CANARY);
});

test("a kubeconfig that is not there, a folder or a pipe is unreadable, at once", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("/usr/bin/mkfifo", [pipe]);
  for (const file of [join(folder, "gone"), folder, pipe]) {
    expect((await refusal(readKubeconfig(file))).problem).toBe("unreadable");
  }
});

test("a key like __proto__ changes nothing", async () => {
  await refusal(read('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"x": 1}}}'));
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("a kubeconfig in the project names only files of the project (T6, T23)", async () => {
  const inside = { cluster: { "certificate-authority": "keys/ca.crt" } };
  const options = { projectFolder: project };
  expect((await read(config(inside), options, project)).tls.ca).toBe(PEM);
  for (const path of ["../token", join(folder, "token"), "token", "/etc/hostname"]) {
    const error = await refusal(read(config({ user: { tokenFile: path } }), options, project));
    expect(error.problem, path).toBe("outside");
    expect(error.field).toBe("users[0].user.tokenFile");
  }
  const error = await refusal(
    read(config({ cluster: { "certificate-authority": "../ca.crt" } }), options, project),
  );
  expect(error.problem).toBe("outside");
});

test("a kubeconfig beside the project may name files anywhere, and plugins", async () => {
  const options = { projectFolder: project };
  const access = await read(config({ user: { tokenFile: "token" } }), options);
  expect(access.credential.is).toBe("file");
  const plugin = await read(config({ user: { exec } }), options);
  expect(plugin.credential).toMatchObject({ is: "exec", exec: { fromProject: false } });
  const own = await read(config({ user: { exec } }), options, project);
  expect(own.credential).toMatchObject({ is: "exec", exec: { fromProject: true } });
});

test("a link to a project does not take a kubeconfig out of it (T6)", async () => {
  const link = join(folder, "link");
  symlinkSync(project, link);
  const reading = read(config({ user: { tokenFile: "../token" } }), { projectFolder: link }, link);
  expect((await refusal(reading)).problem).toBe("outside");
});

test("a link in the project to a kubeconfig elsewhere is the project's (T6)", async () => {
  writeFileSync(join(folder, "elsewhere"), config({ user: { tokenFile: "keys/../../token" } }));
  const link = join(project, "linked");
  symlinkSync(join(folder, "elsewhere"), link);
  const error = await refusal(readKubeconfig(link, { projectFolder: project }));
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
