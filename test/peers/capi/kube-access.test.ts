import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringAt } from "../../../engine/model/json.ts";
import { EXEC_ALLOW_VARIABLE } from "../../../providers/cluster-api/kube/exec.ts";
import { configMap, describeWithKube, failureOf, ref } from "./kube-under-test.ts";

describeWithKube("the client of a kube-apiserver and its credentials", (kube) => {
  test("is let in by a token, by a token file and by a client certificate", async () => {
    writeFileSync(join(kube.peer.folder, "token"), `${kube.peer.tokens.admin}\n`);
    const certificate = { "client-certificate": "pki/admin.crt", "client-key": "pki/admin.key" };
    for (const file of [
      kube.peer.kubeconfig,
      kube.kubeconfig("by-file", { tokenFile: "token" }),
      kube.kubeconfig("by-certificate", certificate),
    ]) {
      const client = await kube.open(file);
      expect((await client.version()).minor).toBeGreaterThan(30);
      expect(await client.get({ apiVersion: "v1", kind: "Node", name: "none" })).toBeUndefined();
    }
  });

  test("says unauthorized for a token that nobody knows", async () => {
    const stranger = await kube.open(kube.kubeconfig("stranger", { token: "unknown" }));
    const error = await failureOf(stranger.apply(configMap("x")));
    expect(error).toMatchObject({ kind: "unauthorized", status: 401, applied: "no" });
  });

  test.for([
    ["an authority that did not sign (T24)", { "certificate-authority": "pki/admin.crt" }],
    ["another name than asked for (T24)", { "tls-server-name": "other.example" }],
  ] as const)("does not talk to a server with %s", async ([, cluster]) => {
    const client = await kube.open(
      kube.kubeconfig("tls", { token: kube.peer.tokens.admin }, cluster),
    );
    const error = await failureOf(client.apply(configMap("tls")));
    expect(error).toMatchObject({ kind: "tls", sent: false, applied: "no", status: 0 });
    expect(await kube.admin.get(ref("tls"))).toBeUndefined();
  });

  test("talks to a server under the name that the kubeconfig says, or unchecked", async () => {
    const token = { token: kube.peer.tokens.admin };
    const named = await kube.open(
      kube.kubeconfig("named", token, { "tls-server-name": "localhost" }),
    );
    expect((await named.version()).major).toBe(1);
    const unchecked = { "certificate-authority": null, "insecure-skip-tls-verify": true };
    const client = await kube.open(kube.kubeconfig("unchecked", token, unchecked));
    expect((await client.version()).major).toBe(1);
    expect(client.warnings).toHaveLength(1);
  });

  test("runs a plugin that is allowed, and renews what it gave on a 401 (T23)", async () => {
    const script = join(kube.peer.folder, "login.sh");
    const count = join(kube.peer.folder, "logins");
    // The first login gives an old token.
    writeFileSync(
      script,
      `#!/bin/sh
echo x >> ${count}
token=old
[ "$(wc -l < ${count})" -gt 1 ] && token=$GIVEN
echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential",' \\
  '"status":{"token":"'$token'"}}'
`,
    );
    chmodSync(script, 0o755);
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      command: "./login.sh",
      env: [{ name: "GIVEN", value: kube.peer.tokens.admin }],
    };
    const file = kube.kubeconfig("by-plugin", { exec });
    const denied = await failureOf((await kube.open(file)).version());
    expect(denied).toMatchObject({ kind: "credential", sent: false, applied: "no" });
    expect(denied.message).toContain(`set ${EXEC_ALLOW_VARIABLE}=${script}`);
    const client = await kube.open(file, { PATH: "/usr/bin:/bin", [EXEC_ALLOW_VARIABLE]: script });
    const made = await client.apply(configMap("by-plugin"));
    expect(stringAt(made, "metadata", "name")).toBe("by-plugin");
    await client.get(ref("by-plugin"));
    expect(readFileSync(count, "utf8")).toBe("x\nx\n");
  });

  test("takes a client certificate from a plugin", async () => {
    const script = join(kube.peer.folder, "certificate.mjs");
    const read = (name: string): string =>
      readFileSync(join(kube.peer.folder, "pki", name), "utf8");
    const status = {
      clientCertificateData: read("admin.crt"),
      clientKeyData: read("admin.key"),
    };
    const apiVersion = "client.authentication.k8s.io/v1";
    const credential = JSON.stringify({ apiVersion, kind: "ExecCredential", status });
    writeFileSync(script, `#!/bin/sh\ncat <<'END'\n${credential}\nEND\n`);
    chmodSync(script, 0o755);
    const file = kube.kubeconfig("by-certificate-plugin", {
      exec: { apiVersion, command: script },
    });
    const client = await kube.open(file, { PATH: "/usr/bin:/bin", [EXEC_ALLOW_VARIABLE]: script });
    expect((await client.version()).major).toBe(1);
    expect(await client.get(ref("nothing"))).toBeUndefined();
  });
});
