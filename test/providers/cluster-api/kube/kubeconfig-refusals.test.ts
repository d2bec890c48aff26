import { join } from "node:path";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { CANARY, config, EXEC, kubeconfigFolder, PEM, refusal, type Parts } from "./kubeconfigs.ts";

const { folder, read } = kubeconfigFolder();
const base64 = (text: string): string => Buffer.from(text).toString("base64");

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
    parts: { user: { token: CANARY, exec: EXEC } },
    problem: "malformed",
    field: "users[0].user.exec",
  },
  {
    name: "a plugin of a version nobody serves",
    parts: { user: { exec: { ...EXEC, apiVersion: "client.authentication.k8s.io/v1alpha1" } } },
    problem: "unsupported",
    field: "users[0].user.exec.apiVersion",
  },
  {
    name: "a plugin that wants a terminal",
    parts: { user: { exec: { ...EXEC, interactiveMode: "Always" } } },
    problem: "unsupported",
    field: "users[0].user.exec.interactiveMode",
  },
  {
    name: "a plugin with an argument that is no text",
    parts: { user: { exec: { ...EXEC, args: ["a", 1] } } },
    problem: "malformed",
    field: "users[0].user.exec.args[1]",
  },
  {
    name: "a plugin with a variable that is none",
    parts: { user: { exec: { ...EXEC, env: [{ name: "A=B", value: CANARY }] } } },
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
  expect(error.message).toContain(`${join(folder(), "kubeconfig")}: ${row.field}`);
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
  expect(error.message).toContain(join(folder(), "kubeconfig"));
  expect(inspect(error)).not.toContain(CANARY);
});
