import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../cli/wiring/clock.ts";
import type { Clock } from "../../../engine/contract/clock.ts";
import { type JsonObject, objectAt, stringAt } from "../../../engine/model/json.ts";
import { openClient } from "../../../providers/cluster-api/kube/client.ts";
import { KubeError } from "../../../providers/cluster-api/kube/errors.ts";
import { EXEC_ALLOW_VARIABLE } from "../../../providers/cluster-api/kube/exec.ts";
import { readKubeconfig } from "../../../providers/cluster-api/kube/kubeconfig.ts";
import type {
  KubeClient,
  KubeObject,
  WatchEvent,
} from "../../../providers/cluster-api/kube/types.ts";
import { type KubernetesPeer, startKubernetes } from "../kube/start.ts";
import { describeWithPeers } from "../peers.ts";

const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" };
const DEFINITION = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };

function configMap(name: string, data: JsonObject = { a: "1" }, namespace = "default"): KubeObject {
  return { ...CONFIG_MAP, metadata: { name, namespace }, data };
}

function ref(name: string, namespace = "default") {
  return { ...CONFIG_MAP, namespace, name };
}

async function failureOf(call: Promise<unknown>): Promise<KubeError> {
  const error = await call.then(
    (value) => new Error(`did not fail: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof KubeError) return error;
  throw error;
}

describeWithPeers("capi", "the client of a kube-apiserver", () => {
  let peer: KubernetesPeer;
  let admin: KubeClient;
  let user: KubeClient;
  const clients: KubeClient[] = [];

  async function open(
    file: string,
    env: Readonly<Record<string, string>> = {},
    clock: Clock = systemClock({}),
  ): Promise<KubeClient> {
    const seams = { clock, random: () => 2 ** 31, env };
    const client = openClient(await readKubeconfig(file), seams);
    clients.push(client);
    return client;
  }

  /** A kubeconfig with other parts than the administrator's. */
  function kubeconfig(name: string, userPart: object, clusterPart: object = {}): string {
    const file = join(peer.folder, name);
    const cluster = { server: peer.server, "certificate-authority": "pki/ca.crt", ...clusterPart };
    const document = {
      "current-context": "a",
      clusters: [{ name: "a", cluster }],
      users: [{ name: "a", user: userPart }],
      contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
    };
    writeFileSync(file, JSON.stringify(document));
    return file;
  }

  /** Process of a server of this peer, and its arguments. */
  function processOf(program: string): { readonly pid: number; readonly args: string } {
    const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
    const port = new URL(peer.server).port;
    const line = lines.find((text) => text.includes(`/${program} `) && text.includes(port)) ?? "";
    const [, pid = "", args = ""] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    expect(pid, `${program} is running`).not.toBe("");
    return { pid: Number(pid), args };
  }

  beforeAll(async () => {
    peer = await startKubernetes();
    admin = await open(peer.kubeconfig);
    user = await open(peer.userKubeconfig);
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await peer.stop();
  });

  test("is let in by a token, by a token file and by a client certificate", async () => {
    writeFileSync(join(peer.folder, "token"), `${peer.tokens.admin}\n`);
    const certificate = { "client-certificate": "pki/admin.crt", "client-key": "pki/admin.key" };
    for (const file of [
      peer.kubeconfig,
      kubeconfig("by-file", { tokenFile: "token" }),
      kubeconfig("by-certificate", certificate),
    ]) {
      const client = await open(file);
      expect((await client.version()).minor).toBeGreaterThan(30);
      expect(await client.get({ apiVersion: "v1", kind: "Node", name: "none" })).toBeUndefined();
    }
  });

  test("says unauthorized for a token that nobody knows", async () => {
    const stranger = await open(kubeconfig("stranger", { token: "unknown" }));
    const error = await failureOf(stranger.apply(configMap("x")));
    expect(error).toMatchObject({ kind: "unauthorized", status: 401, applied: "no" });
  });

  test.for([
    ["an authority that did not sign (T24)", { "certificate-authority": "pki/admin.crt" }],
    ["another name than asked for (T24)", { "tls-server-name": "other.example" }],
  ] as const)("does not talk to a server with %s", async ([, cluster]) => {
    const client = await open(kubeconfig("tls", { token: peer.tokens.admin }, cluster));
    const error = await failureOf(client.apply(configMap("tls")));
    expect(error).toMatchObject({ kind: "tls", sent: false, applied: "no", status: 0 });
    expect(await admin.get(ref("tls"))).toBeUndefined();
  });

  test("talks to a server under the name that the kubeconfig says, or unchecked", async () => {
    const token = { token: peer.tokens.admin };
    const named = await open(kubeconfig("named", token, { "tls-server-name": "localhost" }));
    expect((await named.version()).major).toBe(1);
    const unchecked = { "certificate-authority": null, "insecure-skip-tls-verify": true };
    const client = await open(kubeconfig("unchecked", token, unchecked));
    expect((await client.version()).major).toBe(1);
    expect(client.warnings).toHaveLength(1);
  });

  test("runs a plugin that is allowed, and renews what it gave on a 401 (T23)", async () => {
    const script = join(peer.folder, "login.sh");
    const count = join(peer.folder, "logins");
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
      env: [{ name: "GIVEN", value: peer.tokens.admin }],
    };
    const file = kubeconfig("by-plugin", { exec });
    const denied = await failureOf((await open(file)).version());
    expect(denied).toMatchObject({ kind: "credential", sent: false, applied: "no" });
    expect(denied.message).toContain(`set ${EXEC_ALLOW_VARIABLE}=${script}`);
    const client = await open(file, { PATH: "/usr/bin:/bin", [EXEC_ALLOW_VARIABLE]: script });
    const made = await client.apply(configMap("by-plugin"));
    expect(stringAt(made, "metadata", "name")).toBe("by-plugin");
    await client.get(ref("by-plugin"));
    expect(readFileSync(count, "utf8")).toBe("x\nx\n");
  });

  test("takes a client certificate from a plugin", async () => {
    const script = join(peer.folder, "certificate.mjs");
    const read = (name: string): string => readFileSync(join(peer.folder, "pki", name), "utf8");
    const status = {
      clientCertificateData: read("admin.crt"),
      clientKeyData: read("admin.key"),
    };
    const apiVersion = "client.authentication.k8s.io/v1";
    const credential = JSON.stringify({ apiVersion, kind: "ExecCredential", status });
    writeFileSync(script, `#!/bin/sh\ncat <<'END'\n${credential}\nEND\n`);
    chmodSync(script, 0o755);
    const file = kubeconfig("by-certificate-plugin", { exec: { apiVersion, command: script } });
    const client = await open(file, { PATH: "/usr/bin:/bin", [EXEC_ALLOW_VARIABLE]: script });
    expect((await client.version()).major).toBe(1);
    expect(await client.get(ref("nothing"))).toBeUndefined();
  });

  test("makes, reads, changes and deletes an object", async () => {
    expect(await admin.get(ref("life"))).toBeUndefined();
    const made = await admin.apply(configMap("life"));
    const again = await admin.apply(configMap("life"));
    expect(stringAt(again, "metadata", "uid")).toBe(stringAt(made, "metadata", "uid"));
    const changed = await admin.apply(configMap("life", { b: "2" }));
    expect(changed["data"]).toEqual({ b: "2" });
    expect(objectAt(await admin.get(ref("life")), "data")).toEqual({ b: "2" });
    const patched = await admin.patch(ref("life"), { data: { c: "3" } }, { type: "merge" });
    expect(patched["data"]).toEqual({ b: "2", c: "3" });
    expect(await admin.delete(ref("life"))).toEqual({ is: "gone" });
    expect(await admin.delete(ref("life"))).toEqual({ is: "gone" });
    expect(await admin.get(ref("life"))).toBeUndefined();
  });

  test("says which of two makers of an object was first", async () => {
    await admin.create(configMap("first"));
    const error = await failureOf(admin.create(configMap("first")));
    expect(error).toMatchObject({ kind: "alreadyExists", applied: "no", sent: true });
  });

  test("deletes only the object that is meant, and tells of one that goes slowly", async () => {
    const finalizers = ["vpac.dev/test"];
    const object = { ...CONFIG_MAP, metadata: { name: "slow", namespace: "default", finalizers } };
    const made = await admin.apply(object);
    const uid = stringAt(made, "metadata", "uid");
    const other = await failureOf(admin.delete(ref("slow"), { uid: "another" }));
    expect(other).toMatchObject({ kind: "conflict", applied: "no" });
    const old = await failureOf(admin.delete(ref("slow"), { resourceVersion: "1" }));
    expect(old).toMatchObject({ kind: "conflict", applied: "no" });
    const deletion = await admin.delete(ref("slow"), { uid, propagation: "Foreground" });
    expect(deletion.is).toBe("deleting");
    expect((await admin.delete(ref("slow"), { uid })).is).toBe("deleting");
    await admin.patch(ref("slow"), { metadata: { finalizers: null } }, { type: "merge" });
    expect(await admin.get(ref("slow"))).toBeUndefined();
  });

  test("is told every field that another manager owns, and takes them by force", async () => {
    await admin.apply(configMap("owned", { a: "1", "b.c": "1", d: "1" }), {
      fieldManager: "other tool",
    });
    const error = await failureOf(admin.apply(configMap("owned", { a: "2", "b.c": "2", d: "1" })));
    expect(error).toMatchObject({ kind: "fieldConflict", status: 409, applied: "no" });
    expect(error.conflicts).toEqual([
      { manager: "other tool", field: ".data.a" },
      { manager: "other tool", field: ".data.b.c" },
    ]);
    const forced = await admin.apply(configMap("owned", { a: "2" }), { force: true });
    expect(forced["data"]).toEqual({ a: "2", "b.c": "1", d: "1" });
  });

  test("asks for a version that is gone by, and gets a conflict", async () => {
    const first = await admin.apply(configMap("versioned"));
    await admin.apply(configMap("versioned", { a: "2" }));
    const resourceVersion = stringAt(first, "metadata", "resourceVersion");
    const metadata = { name: "versioned", namespace: "default", resourceVersion };
    const stale = { ...configMap("versioned", { a: "3" }), metadata };
    expect(await failureOf(admin.apply(stale))).toMatchObject({ kind: "conflict", applied: "no" });
  });

  test("leaves nothing behind when it only asks", async () => {
    const dry = await admin.apply(configMap("dry"), { dryRun: true });
    expect(stringAt(dry, "metadata", "uid")).toBeDefined();
    expect(await admin.get(ref("dry"))).toBeUndefined();
    await admin.apply(configMap("dry"));
    await admin.delete(ref("dry"), { dryRun: true });
    expect(await admin.get(ref("dry"))).toBeDefined();
  });

  test.for(["apply", "create"] as const)(
    "is told of a field that the kind lacks, by %s",
    async (verb) => {
      const wrong = { ...configMap("wrong"), dta: { a: "1" } };
      const error = await failureOf(admin[verb](wrong));
      expect(error).toMatchObject({ kind: "invalid", applied: "no" });
      expect(error.causes.map(({ field }) => field.replace(/^\./, ""))).toEqual(["dta"]);
    },
  );

  test("is told all that is wrong with an object at once, by field", async () => {
    const spec = {
      replicas: -1,
      selector: { matchLabels: { a: "b" } },
      template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "x" }] } },
    };
    const metadata = { name: "bad", namespace: "default" };
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
    const error = await failureOf(admin.apply(deployment, { dryRun: true }));
    expect(error).toMatchObject({ kind: "invalid", status: 422, applied: "no" });
    expect(error.causes.map(({ field }) => field)).toEqual([
      "spec.replicas",
      "spec.template.spec.containers[0].image",
    ]);
  });

  test("names the namespace that is not there", async () => {
    const error = await failureOf(admin.apply(configMap("x", {}, "nowhere")));
    expect(error).toMatchObject({ kind: "notFound", applied: "no" });
    expect(error.message).toContain('namespaces "nowhere" not found');
    expect(await admin.get(ref("x", "nowhere"))).toBeUndefined();
  });

  test("names verb, resource and namespace of a right that is missing", async () => {
    const asked = await failureOf(user.list(CONFIG_MAP, { namespace: "default" }));
    expect(asked.refusal).toEqual({
      user: "user",
      verb: "list",
      resource: "configmaps",
      group: "",
      namespace: "default",
      name: undefined,
    });
    const written = await failureOf(user.apply(configMap("mine")));
    expect(written).toMatchObject({ kind: "forbidden", applied: "no" });
    expect(written.refusal).toMatchObject({ verb: "patch", name: "mine" });
    const read = await failureOf(user.get({ apiVersion: "v1", kind: "Node", name: "n" }));
    expect(read.refusal).toMatchObject({ verb: "get", resource: "nodes", namespace: undefined });
  });

  test("asks for its rights before it needs them", async () => {
    const query = { verb: "patch", group: "", resource: "configmaps", namespace: "default" };
    expect((await admin.accessReview(query)).allowed).toBe(true);
    expect((await user.accessReview(query)).allowed).toBe(false);
    const all = await admin.rulesReview("default");
    expect(all.rules).toContainEqual({ verbs: ["*"], groups: ["*"], resources: ["*"], names: [] });
    const few = await user.rulesReview("default");
    expect(few.rules.some(({ resources }) => resources.includes("configmaps"))).toBe(false);
  });

  test("lists 1,200 objects in pages, all of them once", async () => {
    const metadata = { name: "many" };
    await admin.apply({ apiVersion: "v1", kind: "Namespace", metadata });
    const names = Array.from({ length: 1_200 }, (_, index) => `n${index}`);
    const wanted = new Set(names);
    const worker = async (): Promise<void> => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        await admin.create(configMap(name, {}, "many"));
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    const options = { namespace: "many", fieldSelector: "metadata.name!=kube-root-ca.crt" };
    const { items } = await admin.list(CONFIG_MAP, options);
    expect(new Set(items.map((item) => stringAt(item, "metadata", "name")))).toEqual(wanted);
    expect(items).toHaveLength(1_200);
    expect(items[0]).toMatchObject(CONFIG_MAP);
    const bounded = admin.list(CONFIG_MAP, { ...options, itemsMax: 600 });
    expect(await failureOf(bounded)).toMatchObject({ kind: "tooLarge" });
  });

  test("lists the names of secrets without what is in them", async () => {
    const type = { apiVersion: "v1", kind: "Secret" };
    const metadata = { name: "hidden", namespace: "many" };
    await admin.apply({ ...type, metadata, stringData: { password: "canary" } });
    const { items } = await admin.list(type, { namespace: "many", metadataOnly: true });
    expect(items.map((item) => stringAt(item, "metadata", "name"))).toContain("hidden");
    expect(items[0]).toMatchObject(type);
    expect(items.every((item) => item["data"] === undefined)).toBe(true);
  });

  test("lists well while the store forgets what was before", async () => {
    const { args } = processOf("kube-apiserver");
    const store = /--etcd-servers (\S+)/.exec(args)?.[1] ?? "";
    let stop = false;
    const forget = async (): Promise<void> => {
      for (let round = 0; !stop; round++) {
        const now = await admin.apply(configMap("moving", { round: String(round) }));
        const revision = stringAt(now, "metadata", "resourceVersion") ?? "";
        const body = JSON.stringify({ revision });
        const answer = await fetch(`${store}/v3/kv/compaction`, { method: "POST", body });
        expect(answer.status).toBe(200);
      }
    };
    const forgetting = forget();
    const { items } = await admin.list(CONFIG_MAP, { namespace: "many", pageSize: 20 });
    stop = true;
    await forgetting;
    expect(new Set(items.map((item) => stringAt(item, "metadata", "name"))).size).toBe(1_201);
    expect(items).toHaveLength(1_201);
  });

  test("learns of a kind that is installed later, and of one that is taken away", async () => {
    const type = { apiVersion: "vpac.example/v1", kind: "Thing" };
    expect(await failureOf(admin.list(type))).toMatchObject({ kind: "unknownKind", applied: "no" });
    const schema = {
      openAPIV3Schema: { type: "object", properties: { size: { type: "integer" } } },
    };
    const definition: KubeObject = {
      ...DEFINITION,
      metadata: { name: "things.vpac.example" },
      spec: {
        group: "vpac.example",
        scope: "Namespaced",
        names: { kind: "Thing", plural: "things" },
        versions: [{ name: "v1", served: true, storage: true, schema }],
      },
    };
    await admin.apply(definition);
    await expect.poll(() => admin.resource(type).catch(() => undefined)).toBeDefined();
    const metadata = { name: "one", namespace: "default" };
    await expect
      .poll(() => admin.apply({ ...type, metadata, size: 1 }).catch(() => undefined))
      .toMatchObject({ size: 1 });
    const wrong = await failureOf(admin.apply({ ...type, metadata, size: "big" }));
    expect(wrong).toMatchObject({ kind: "invalid", applied: "no" });
    const { resources, missing } = await admin.resources();
    expect(resources.find(({ kind }) => kind === "Thing")?.resource).toBe("things");
    expect(missing).toEqual([]);
    const { apiVersion, kind } = DEFINITION;
    await admin.delete({ apiVersion, kind, name: "things.vpac.example" });
    await expect
      .poll(() =>
        admin.list(type).then(
          () => "there",
          (error: KubeError) => error.kind,
        ),
      )
      .toBe("unknownKind");
  });

  test("names the webhook that refuses, and tells it from one that is away", async () => {
    const pki = (name: string): Buffer => readFileSync(join(peer.folder, "pki", name));
    const server = createServer(
      { cert: pki("apiserver.crt"), key: pki("apiserver.key") },
      (incoming, response) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => {
          const review = JSON.parse(Buffer.concat(chunks).toString()) as JsonObject;
          const uid = stringAt(review, "request", "uid");
          const causes = [{ reason: "FieldValueInvalid", field: "data.a", message: "too small" }];
          const status = { code: 422, reason: "Invalid", message: "is bad", details: { causes } };
          const answer = { uid, allowed: false, status };
          const { apiVersion, kind } = review;
          response.setHeader("Content-Type", "application/json");
          response.end(JSON.stringify({ apiVersion, kind, response: answer }));
        });
      },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await admin.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "guarded" } });
    const rule = {
      apiGroups: [""],
      apiVersions: ["v1"],
      operations: ["CREATE"],
      resources: ["configmaps"],
    };
    await admin.apply({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "guard" },
      webhooks: [
        {
          name: "guard.vpac.example",
          clientConfig: {
            url: `https://127.0.0.1:${port}/`,
            caBundle: pki("ca.crt").toString("base64"),
          },
          rules: [rule],
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "guarded" } },
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
        },
      ],
    });
    const apply = (): Promise<KubeError> =>
      failureOf(admin.apply(configMap("g", {}, "guarded"), { dryRun: true }));
    try {
      await expect.poll(async () => (await apply().catch(() => undefined))?.kind).toBe("webhook");
      const refused = await apply();
      expect(refused.webhook).toEqual({
        name: "guard.vpac.example",
        reached: true,
        message: "is bad",
      });
      expect(refused).toMatchObject({ applied: "no", causes: [{ field: "data.a" }] });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    const away = await failureOf(admin.apply(configMap("g", {}, "guarded")));
    expect(away).toMatchObject({ kind: "webhook", applied: "no", webhook: { reached: false } });
    const ways = { apiVersion: "admissionregistration.k8s.io/v1", name: "guard" };
    await admin.delete({ ...ways, kind: "ValidatingWebhookConfiguration" });
  });

  interface Followed {
    readonly events: (WatchEvent & { readonly resourceVersion: string })[];
    end(): Promise<void>;
  }

  function follow(namespace: string, resourceVersion?: string): Followed {
    const ended = new AbortController();
    const events: Followed["events"] = [];
    const watching = (async () => {
      const options = { namespace, resourceVersion, signal: ended.signal };
      for await (const event of admin.watch(CONFIG_MAP, options)) events.push(event);
    })();
    return {
      events,
      end: () => {
        ended.abort();
        return watching;
      },
    };
  }

  /** What a follower knows to be there, if it believed every event. */
  function known({ events }: Followed): readonly string[] {
    const names = new Set<string>();
    for (const event of events) {
      if (event.type === "relisted") {
        names.clear();
        for (const item of event.items) names.add(stringAt(item, "metadata", "name") ?? "");
      } else if (event.type !== "bookmark") {
        const name = stringAt(event.object, "metadata", "name") ?? "";
        if (event.type === "deleted") names.delete(name);
        else names.add(name);
      }
    }
    return [...names].filter((name) => name !== "kube-root-ca.crt").sort();
  }

  test("watches from a list on, and from a version on", async () => {
    const seen = follow("watched");
    await admin.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "watched" } });
    await expect.poll(() => seen.events[0]?.type).toBe("relisted");
    const first = await admin.apply(configMap("w1", {}, "watched"));
    await admin.apply(configMap("w1", { a: "2" }, "watched"));
    await admin.delete(ref("w1", "watched"));
    const types = (followed: Followed): readonly string[] =>
      followed.events.flatMap((event) =>
        "object" in event && stringAt(event.object, "metadata", "name") === "w1" ? event.type : [],
      );
    await expect.poll(() => types(seen)).toEqual(["added", "modified", "deleted"]);
    await seen.end();
    const later = follow("watched", stringAt(first, "metadata", "resourceVersion"));
    await expect.poll(() => types(later)).toEqual(["modified", "deleted"]);
    await later.end();
  });

  test("ends a watch at its deadline, and in silence", async () => {
    const started = performance.now();
    for await (const event of admin.watch(CONFIG_MAP, { namespace: "watched", deadlineMs: 300 })) {
      expect(event.type).not.toBe("deleted");
    }
    expect(performance.now() - started).toBeGreaterThan(250);
  });

  test("lets go of a watch whose reader stops, and forbids one without the right", async () => {
    for await (const event of admin.watch(CONFIG_MAP, { namespace: "watched" })) {
      expect(event.type).toBe("relisted");
      break;
    }
    const forbidden = async (): Promise<void> => {
      for await (const event of user.watch(CONFIG_MAP)) expect(event).toBeUndefined();
    };
    expect(await failureOf(forbidden())).toMatchObject({ kind: "forbidden" });
  });

  test("goes on watching over a restart of the server, and loses nothing", async () => {
    const seen = follow("watched");
    await admin.apply(configMap("before", {}, "watched"));
    await expect.poll(() => known(seen)).toEqual(["before"]);
    await peer.restartApiServer();
    await admin.apply(configMap("after", {}, "watched"));
    await admin.delete(ref("before", "watched"));
    await expect.poll(() => known(seen), { timeout: 20_000 }).toEqual(["after"]);
    await seen.end();
  });

  test("lists anew when the server has forgotten the version (410)", async () => {
    const old = await admin.apply(configMap("long-ago", {}, "watched"));
    const version = stringAt(old, "metadata", "resourceVersion") ?? "";
    const { args } = processOf("kube-apiserver");
    const store = /--etcd-servers (\S+)/.exec(args)?.[1] ?? "";
    const now = await admin.apply(configMap("long-ago", { a: "2" }, "watched"));
    const body = JSON.stringify({ revision: stringAt(now, "metadata", "resourceVersion") });
    await fetch(`${store}/v3/kv/compaction`, { method: "POST", body });
    await peer.restartApiServer();
    const seen = follow("watched", version);
    await expect.poll(() => seen.events[0]?.type, { timeout: 20_000 }).toBe("relisted");
    expect(known(seen)).toEqual(["after", "long-ago"]);
    await seen.end();
  });

  /** A clock that runs `once` in place of the first pause between two tries of a read. */
  function pausing(once: () => Promise<unknown>): { clock: Clock; pauses: number[] } {
    const real = systemClock({});
    const pauses: number[] = [];
    const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
      // Anything longer is the deadline of the call.
      if (ms > 10_000) return real.sleep(ms, signal);
      pauses.push(ms);
      if (pauses.length > 1) return real.sleep(ms, signal);
      await once();
    };
    return { clock: { now: () => real.now(), sleep }, pauses };
  }

  test("reads over a short absence of the server; a write is told at once", async () => {
    const { clock, pauses } = pausing(() => peer.startApiServer());
    const client = await open(peer.kubeconfig, {}, clock);
    await client.get(ref("absent"));
    await peer.killApiServer();
    const written = await failureOf(client.apply(configMap("absent")));
    expect(written).toMatchObject({ kind: "unreachable", sent: false, applied: "no" });
    expect(pauses).toEqual([]);
    expect(await client.get(ref("absent"), { deadlineMs: 60_000 })).toBeUndefined();
    expect(pauses.length).toBeGreaterThan(0);
  });

  test("gives up reading a server that stays away, within its budget", async () => {
    const { clock, pauses } = pausing(async () => undefined);
    const client = await open(peer.kubeconfig, {}, clock);
    await client.get(ref("absent"));
    await peer.killApiServer();
    try {
      const failed = await failureOf(client.get(ref("absent")));
      expect(failed).toMatchObject({ kind: "unreachable", sent: false, applied: "no" });
      expect(pauses).toHaveLength(5);
      const bounded = await failureOf(client.get(ref("absent"), { deadlineMs: 50 }));
      expect(bounded.applied).toBe("no");
      expect(pauses.length).toBeLessThan(10);
    } finally {
      await peer.startApiServer();
    }
  });

  type Fault = (
    forward: () => Promise<void>,
    response: ServerResponse,
    incoming: IncomingMessage,
  ) => Promise<void>;

  /** A proxy before the real server, which meets each request with the next fault, then none. */
  async function between(faults: Fault[]): Promise<{ url: string; close: () => Promise<void> }> {
    const pki = (name: string): Buffer => readFileSync(join(peer.folder, "pki", name));
    const tls = { cert: pki("apiserver.crt"), key: pki("apiserver.key") };
    const proxy = createServer(tls, (incoming, response) => {
      const forward = (): Promise<void> =>
        new Promise((resolve, reject) => {
          const { method, headers } = incoming;
          const options = { method, headers, ca: pki("ca.crt") };
          const onward = request(`${peer.server}${incoming.url}`, options, (answer) => {
            if (!response.destroyed) response.writeHead(answer.statusCode ?? 0, answer.headers);
            answer.pipe(response);
            answer.once("end", resolve);
          });
          onward.once("error", reject);
          incoming.pipe(onward);
        });
      void (faults.shift() ?? ((go) => go()))(forward, response, incoming);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    return {
      url: `https://127.0.0.1:${port}`,
      close: async () => {
        proxy.closeAllConnections();
        await new Promise((resolve) => proxy.close(resolve));
      },
    };
  }

  const answers =
    (status: number, headers: Record<string, string>, text: string): Fault =>
    async (_, response) => {
      response.writeHead(status, headers).end(text);
    };
  const busyFault = answers(429, { "Retry-After": "2" }, "Too many requests");
  const awayFault = answers(503, {}, "<html>Service unavailable</html>");
  const breaks: Fault = async (_, response) => {
    response.destroy();
  };
  /** The server gets the request and does it; its answer never arrives. */
  const losesAnswer: Fault = async (forward, response) => {
    response.cork();
    const done = forward();
    response.destroy();
    await done.catch(() => undefined);
  };
  const halfAnswer: Fault = async (_, response) => {
    response.writeHead(200, { "Content-Length": "100" }).write('{"kind":');
    setTimeout(() => response.destroy(), 50);
  };

  test.for([
    ["is busy (429)", busyFault, 2_000],
    ["is away (503)", awayFault, 75],
    ["breaks the connection", breaks, 75],
    ["stops in the middle of its answer", halfAnswer, 75],
  ] as const)("reads again when the server %s, and never writes again", async (row) => {
    const [, fault, pauseMs] = row;
    const faults: Fault[] = [];
    const proxy = await between(faults);
    const { clock, pauses } = pausing(async () => undefined);
    const file = kubeconfig("proxied", { token: peer.tokens.admin }, { server: proxy.url });
    const client = await open(file, {}, clock);
    try {
      await client.get(ref("proxied"));
      faults.push(fault);
      expect(await client.get(ref("proxied"))).toBeUndefined();
      expect(pauses).toEqual([pauseMs]);
      faults.push(fault);
      const written = await failureOf(client.create(configMap("proxied")));
      const refused = written.status === 429;
      expect(written).toMatchObject({ sent: true, applied: refused ? "no" : "unknown" });
      expect(written.retryAfterMs).toBe(refused ? 2_000 : undefined);
      expect(pauses).toEqual([pauseMs]);
      expect(await admin.get(ref("proxied"))).toBeUndefined();
    } finally {
      await proxy.close();
    }
  });

  test("stops reading an answer without end: by its size, or at the deadline", async () => {
    const floods: Fault = async (_, response) => {
      const chunk = Buffer.alloc(1_048_576, " ");
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", pour);
      pour();
    };
    const drips: Fault = async (_, response) => {
      const timer = setInterval(() => response.write(" "), 20);
      response.once("close", () => clearInterval(timer));
    };
    const faults: Fault[] = [];
    const proxy = await between(faults);
    const file = kubeconfig("endless", { token: peer.tokens.admin }, { server: proxy.url });
    const client = await open(file);
    try {
      await client.get(ref("endless"));
      faults.push(floods);
      expect((await failureOf(client.get(ref("endless")))).kind).toBe("tooLarge");
      faults.push(drips);
      const slow = await failureOf(client.get(ref("endless"), { deadlineMs: 300 }));
      expect(slow).toMatchObject({ kind: "timeout", sent: true, applied: "no" });
    } finally {
      await proxy.close();
    }
  });

  test("finds the same kinds on a server that lists them one group at a time", async () => {
    const plain: Fault = (forward, _, incoming) => {
      incoming.headers.accept = "application/json";
      return forward();
    };
    const proxy = await between([plain, plain]);
    const file = kubeconfig("older", { token: peer.tokens.admin }, { server: proxy.url });
    const client = await open(file);
    const names = async (from: KubeClient): Promise<readonly string[]> => {
      const { resources, missing } = await from.resources();
      expect(missing).toEqual([]);
      return resources.map((type) => JSON.stringify([type.apiVersion, type.kind, type.resource]));
    };
    try {
      const found = await names(client);
      expect(found.toSorted()).toEqual((await names(admin)).toSorted());
      expect(found.length).toBeGreaterThan(50);
    } finally {
      await proxy.close();
    }
  });

  test("says whose kinds nobody can tell about now", async () => {
    const service = { name: "nobody", namespace: "default", port: 443 };
    const away = { apiVersion: "apiregistration.k8s.io/v1", kind: "APIService" };
    await admin.apply({
      ...away,
      metadata: { name: "v1.away.example" },
      spec: {
        group: "away.example",
        version: "v1",
        service,
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    });
    const missing = async (): Promise<readonly string[]> => (await admin.resources()).missing;
    await expect.poll(missing, { timeout: 20_000 }).toEqual(["away.example/v1"]);
    const asked = admin.list({ apiVersion: "away.example/v1", kind: "Thing" }, { deadlineMs: 500 });
    expect((await failureOf(asked)).kind).not.toBe("unknownKind");
    await admin.delete({ ...away, name: "v1.away.example" });
    await expect.poll(missing, { timeout: 20_000 }).toEqual([]);
  });

  test("never says that a write whose answer was lost did not happen", async () => {
    const faults: Fault[] = [];
    const proxy = await between(faults);
    const file = kubeconfig("lost", { token: peer.tokens.admin }, { server: proxy.url });
    const client = await open(file);
    try {
      await client.get(ref("lost"));
      faults.push(losesAnswer);
      const lost = await failureOf(client.apply(configMap("lost")));
      expect(lost).toMatchObject({ kind: "unreachable", sent: true, applied: "unknown" });
      await expect.poll(() => admin.get(ref("lost"))).toMatchObject({ data: { a: "1" } });
      faults.push(losesAnswer);
      const again = await failureOf(client.delete(ref("lost")));
      expect(again).toMatchObject({ sent: true, applied: "unknown" });
      await expect.poll(() => admin.get(ref("lost"))).toBeUndefined();
      faults.push(answers(200, {}, "no JSON at all"));
      const strange = await failureOf(client.apply(configMap("lost")));
      expect(strange).toMatchObject({ kind: "protocol", applied: "unknown" });
    } finally {
      await proxy.close();
    }
  });

  test("knows what was never sent when the server hangs", async () => {
    const { pid } = processOf("kube-apiserver");
    await admin.get(ref("hanging"));
    process.kill(pid, "SIGSTOP");
    try {
      const fresh = await open(peer.kubeconfig);
      const call = { deadlineMs: 400 };
      // The kind is known, but the connection is new: its handshake never ends.
      const never = await failureOf(fresh.apply(configMap("hanging"), call));
      expect(never).toMatchObject({ kind: "timeout", sent: false, applied: "no" });
      const sent = await failureOf(admin.apply(configMap("hanging"), call));
      expect(sent).toMatchObject({ kind: "timeout", sent: true, applied: "unknown" });
      const asked = await failureOf(admin.apply(configMap("hanging"), { ...call, dryRun: true }));
      expect(asked).toMatchObject({ kind: "timeout", applied: "no" });
      const signal = AbortSignal.timeout(200);
      const late = await failureOf(admin.apply(configMap("hanging"), { signal }));
      expect(late).toMatchObject({ kind: "timeout", applied: "no", sent: false });
      const ended = new AbortController();
      const cancelled = failureOf(admin.apply(configMap("hanging"), { signal: ended.signal }));
      setTimeout(() => ended.abort(), 50);
      expect((await cancelled).kind).toBe("cancelled");
    } finally {
      process.kill(pid, "SIGCONT");
    }
  });

  test("tells the truth about writes when the server is killed under them", async () => {
    const outcomes = new Map<string, "done" | KubeError>();
    let next = 0;
    let stop = false;
    const worker = async (): Promise<void> => {
      while (!stop) {
        const name = `k${next++}`;
        const outcome = await admin.create(configMap(name, {}, "many")).then(
          () => "done" as const,
          (error: unknown) => error as KubeError,
        );
        outcomes.set(name, outcome);
        if (outcome !== "done") await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const workers = Array.from({ length: 8 }, worker);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await peer.killApiServer();
    await new Promise((resolve) => setTimeout(resolve, 200));
    stop = true;
    await Promise.all(workers);
    await peer.startApiServer();
    const { items } = await admin.list(CONFIG_MAP, { namespace: "many", deadlineMs: 60_000 });
    const there = new Set(items.map((item) => stringAt(item, "metadata", "name")));
    const wrong = [...outcomes].filter(([name, outcome]) => {
      if (outcome === "done") return !there.has(name);
      return !(outcome instanceof KubeError) || (outcome.applied === "no" && there.has(name));
    });
    expect(wrong).toEqual([]);
    const errors = [...outcomes.values()].filter((outcome) => outcome instanceof KubeError);
    expect(errors.some(({ sent }) => !sent)).toBe(true);
    expect(errors.every(({ sent, applied }) => sent || applied === "no")).toBe(true);
  });
});
