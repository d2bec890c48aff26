import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../cli/wiring/clock.ts";
import type {
  CallContext,
  Intent,
  Provider,
  ProviderProgress,
  ReviewedWrite,
} from "../../../engine/contract/provider.ts";
import { objectAt } from "../../../engine/model/json.ts";
import { openClusterApi } from "../../../providers/cluster-api/index.ts";
import type { KubeClient } from "../../../providers/cluster-api/kube/types.ts";
import { idOf, permitOf, plainIntent, tagOf, updateOf } from "../../contract/subjects.ts";
import { openAdministrator } from "../../support/cluster-api.ts";
import { temporaryFolder } from "../../support/vpac.ts";
import { type KubernetesPeer, startKubernetes } from "../kube/start.ts";
import { describeWithPeers } from "../peers.ts";

const clock = systemClock({});

const open = (kubeconfig: string, context?: string): Promise<Provider> =>
  openClusterApi({
    config: {
      name: "guests",
      type: "cluster-api",
      settings: { kubeconfig, ...(context === undefined ? {} : { context }) },
    },
    dataFolder: "/",
    baseFolder: "/",
    clock,
    entropy: { uuid: () => "", u32: () => 0 },
  });

const namespaceIntent = (number: number, name: string): Intent => {
  const address = `ns/${name}` as const;
  return plainIntent(number, {
    address,
    tag: tagOf(address),
    kindKey: "core/Namespace",
    kind: "ns",
    namespace: undefined,
    name,
    attributes: {},
  });
};

const reviewed = (intent: Intent, verb: ReviewedWrite["verb"]): ReviewedWrite => {
  const { objectId, address, kindKey, apiVersion, kind, namespace, name, attributes } = intent;
  return { verb, objectId, address, kindKey, apiVersion, kind, namespace, name, attributes };
};

const configMap = (name: string, namespace: string, over: object = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace, ...over },
  data: { colour: "theirs" },
});

describeWithPeers("capi", "objects on a real API server", () => {
  let peer: KubernetesPeer;
  let admin: KubeClient;
  let provider: Provider;
  let progress: ProviderProgress[] = [];
  const context: CallContext = {
    clock,
    signal: new AbortController().signal,
    log: (report) => void progress.push(report),
  };
  const observe = (ids: readonly string[] = []) =>
    provider.observe({ ids, lineage: plainIntent(1).tag.lineage }, context);

  beforeAll(async () => {
    peer = await startKubernetes();
    admin = await openAdministrator(peer.kubeconfig);
    await admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    provider = await open(peer.kubeconfig);
  });
  beforeEach(() => {
    progress = [];
  });
  afterAll(async () => {
    await provider?.close();
    admin?.close();
    await peer?.stop();
  });

  interface Unusable {
    readonly name: string;
    /** Changes a kubeconfig that is right. */
    readonly broken: (text: string) => string;
    readonly code: string;
    readonly says: RegExp;
  }

  const unusable: readonly Unusable[] = [
    {
      name: "nobody listens at its address",
      broken: (text) => text.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1"),
      code: "VP6422",
      says: /cannot reach https:\/\/127\.0\.0\.1:1: the connection was refused/,
    },
    {
      name: "its token is not known",
      broken: (text) => text.replace(/token: .*\}\}/, "token: wrong}}"),
      code: "VP6414",
      says: /Unauthorized/,
    },
    {
      name: "another authority signs for the server",
      broken: (text) => text.replace(/certificate-authority-data: .*/, ""),
      code: "VP6431",
      says: /cannot trust/,
    },
    {
      name: "it has no such context",
      broken: (text) => text.replace("current-context: peer", "current-context: other"),
      code: "VP6430",
      says: /other/,
    },
  ];

  test.for(unusable)("a kubeconfig is refused where $name", async ({ broken, code, says }) => {
    const folder = temporaryFolder("kubeconfig");
    const file = join(folder.path, "config");
    writeFileSync(file, broken(readFileSync(peer.kubeconfig, "utf8")));
    const opened = open(file).then(
      () => undefined,
      (error: unknown) => error,
    );
    const error = await opened;
    folder.remove();
    expect(error).toMatchObject({ name: "ProviderError", problem: { code } });
    expect((error as Error).message).toMatch(says);
  });

  test("a field that somebody took over after the plan is told with its manager", async () => {
    const intent = plainIntent(1, { name: "shared" });
    await provider.create(intent, context);
    const taken = { apiVersion: "v1", kind: "ConfigMap", data: { colour: "theirs" } };
    const metadata = { name: "shared", namespace: "shop" };
    await admin.apply({ ...taken, metadata }, { force: true, fieldManager: "gardener" });
    const attributes = { data: { colour: "green", shape: "round" } };
    const outcome = await provider.update(updateOf(intent, "live", { attributes }), context);
    expect(outcome).toMatchObject({
      is: "failed",
      why: {
        type: "conflict",
        code: "VP6406",
        fields: [{ pointer: "/data/colour", message: expect.stringContaining('"gardener"') }],
      },
    });
  });

  test("what the plan showed is taken back from others", async () => {
    const intent = plainIntent(1, { name: "shared" });
    const seen = (await observe()).objects.find(({ name }) => name === "shared");
    expect(seen?.attributes).toMatchObject({ data: { colour: "theirs" } });
    const attributes = { data: { colour: "green", shape: "round" } };
    const wish = updateOf(intent, "live", { attributes, fromRevision: seen?.revision });
    expect(await provider.update(wish, context)).toMatchObject({ is: "done", changed: true });
    const after = (await observe()).objects.find(({ name }) => name === "shared");
    expect(after?.attributes).toEqual(attributes);
  });

  test("an update does not touch what others have set beside it", async () => {
    const intent = plainIntent(2, { name: "beside" });
    await provider.create(intent, context);
    const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "beside" };
    await admin.patch(ref, { data: { theirs: "kept" } }, { type: "merge" });
    const attributes = { data: { colour: "green" } };
    await provider.update(updateOf(intent, "live", { attributes }), context);
    const after = (await observe()).objects.find(({ name }) => name === "beside");
    expect(after?.attributes).toEqual({ data: { colour: "green", theirs: "kept" } });
  });

  test("a copy of our object is somebody else's, and both are shown", async () => {
    const intent = plainIntent(3, { name: "original" });
    await provider.create(intent, context);
    const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "original" };
    const metadata = objectAt(await admin.get(ref), "metadata");
    const { labels, annotations } = metadata;
    await admin.create(configMap("copy", "shop", { labels, annotations }));
    const { objects } = await observe();
    expect(objects.find(({ id }) => id === idOf(3))).toMatchObject({ name: "original" });
    const copy = objects.find(({ name }) => name === "copy");
    expect(copy?.tag).toBeUndefined();
    expect(copy?.id).not.toBe(idOf(3));
  });

  test("a name that is taken is told before anything is made", async () => {
    await admin.create(configMap("taken", "shop"));
    const writes = [reviewed(plainIntent(4, { name: "taken" }), "create")];
    const [finding] = (await provider.review?.(writes, context)) ?? [];
    expect(finding?.problem).toMatchObject({ type: "conflict", code: "VP6402" });
    expect(finding?.problem.message).toContain('"shop/taken"');
  });

  test("a name that the same plan frees first is not told", async () => {
    const before = plainIntent(5, { name: "renewed" });
    await provider.create(before, context);
    const after = plainIntent(6, { name: "renewed" });
    const writes = [reviewed(before, "remove"), reviewed(after, "create")];
    expect(await provider.review?.(writes, context)).toEqual([]);
    await provider.remove(permitOf(before), context);
    expect(await provider.create(after, context)).toMatchObject({ is: "done", changed: true });
  });

  test("a namespace of ours goes only when nothing of others is in it", async () => {
    const intent = namespaceIntent(7, "crowded");
    await provider.create(intent, context);
    await admin.create(configMap("theirs", "crowded"));
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", namespace: "crowded" },
    };
    await admin.create(secret);
    const kept = await provider.remove(permitOf(intent), context);
    expect(kept).toMatchObject({ is: "failed", why: { type: "conflict", code: "VP6408" } });
    expect(kept.is === "failed" && kept.why.message).toContain('ConfigMap "theirs", Secret "s"');
    for (const [kind, name] of [
      ["ConfigMap", "theirs"],
      ["Secret", "s"],
    ] as const) {
      await admin.delete({ apiVersion: "v1", kind, namespace: "crowded", name });
    }
    expect(await provider.remove(permitOf(intent), context)).toMatchObject({
      is: "done",
      changed: true,
    });
  });

  test("a removal that a finalizer holds says so, and ends when it is taken off", async () => {
    const intent = plainIntent(8, { name: "held" });
    await provider.create(intent, context);
    const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "held" };
    const held = { metadata: { finalizers: ["example.org/hold"] } };
    await admin.patch(ref, held, { type: "merge" });
    const late = await provider.remove(permitOf(intent, { deadlineMs: 5_000 }), context);
    expect(late).toMatchObject({ is: "unknown", why: { code: "VP6425" } });
    expect(late.is === "unknown" && late.why.message).toContain("example.org/hold");
    expect(progress).toContainEqual({ phase: "deleting", detail: "waits for example.org/hold" });
    const again = provider.remove(permitOf(intent), context);
    await admin.patch(ref, { metadata: { finalizers: null } }, { type: "merge" });
    expect(await again).toMatchObject({ is: "done" });
  });

  test("an object that is being deleted takes no change", async () => {
    const intent = plainIntent(9, { name: "leaving" });
    await provider.create(intent, context);
    const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "leaving" };
    await admin.patch(ref, { metadata: { finalizers: ["example.org/hold"] } }, { type: "merge" });
    await admin.delete(ref);
    const outcome = await provider.update(updateOf(intent, "live"), context);
    expect(outcome).toMatchObject({ is: "failed", why: { type: "conflict", code: "VP6407" } });
    await admin.patch(ref, { metadata: { finalizers: null } }, { type: "merge" });
  });
});
