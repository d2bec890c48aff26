import { expect, test } from "vitest";
import { objectAt, stringAt } from "../../../engine/model/json.ts";
import { CONFIG_MAP, configMap, describeWithKube, failureOf, ref } from "./kube-under-test.ts";

describeWithKube("the client of a kube-apiserver and single objects", (kube) => {
  test("makes, reads, changes and deletes an object", async () => {
    expect(await kube.admin.get(ref("life"))).toBeUndefined();
    const made = await kube.admin.apply(configMap("life"));
    const again = await kube.admin.apply(configMap("life"));
    expect(stringAt(again, "metadata", "uid")).toBe(stringAt(made, "metadata", "uid"));
    const changed = await kube.admin.apply(configMap("life", { b: "2" }));
    expect(changed["data"]).toEqual({ b: "2" });
    expect(objectAt(await kube.admin.get(ref("life")), "data")).toEqual({ b: "2" });
    const patched = await kube.admin.patch(ref("life"), { data: { c: "3" } }, { type: "merge" });
    expect(patched["data"]).toEqual({ b: "2", c: "3" });
    expect(await kube.admin.delete(ref("life"))).toEqual({ is: "gone" });
    expect(await kube.admin.delete(ref("life"))).toEqual({ is: "gone" });
    expect(await kube.admin.get(ref("life"))).toBeUndefined();
  });

  test("says which of two makers of an object was first", async () => {
    await kube.admin.create(configMap("first"));
    const error = await failureOf(kube.admin.create(configMap("first")));
    expect(error).toMatchObject({ kind: "alreadyExists", applied: "no", sent: true });
  });

  test("deletes only the object that is meant, and tells of one that goes slowly", async () => {
    const finalizers = ["vpac.dev/test"];
    const object = { ...CONFIG_MAP, metadata: { name: "slow", namespace: "default", finalizers } };
    const made = await kube.admin.apply(object);
    const uid = stringAt(made, "metadata", "uid");
    const other = await failureOf(kube.admin.delete(ref("slow"), { uid: "another" }));
    expect(other).toMatchObject({ kind: "conflict", applied: "no" });
    const old = await failureOf(kube.admin.delete(ref("slow"), { resourceVersion: "1" }));
    expect(old).toMatchObject({ kind: "conflict", applied: "no" });
    const deletion = await kube.admin.delete(ref("slow"), { uid, propagation: "Foreground" });
    expect(deletion.is).toBe("deleting");
    expect((await kube.admin.delete(ref("slow"), { uid })).is).toBe("deleting");
    await kube.admin.patch(ref("slow"), { metadata: { finalizers: null } }, { type: "merge" });
    expect(await kube.admin.get(ref("slow"))).toBeUndefined();
  });

  test("is told every field that another manager owns, and takes them by force", async () => {
    await kube.admin.apply(configMap("owned", { a: "1", "b.c": "1", d: "1" }), {
      fieldManager: "other tool",
    });
    const error = await failureOf(
      kube.admin.apply(configMap("owned", { a: "2", "b.c": "2", d: "1" })),
    );
    expect(error).toMatchObject({ kind: "fieldConflict", status: 409, applied: "no" });
    expect(error.conflicts).toEqual([
      { manager: "other tool", field: ".data.a" },
      { manager: "other tool", field: ".data.b.c" },
    ]);
    const forced = await kube.admin.apply(configMap("owned", { a: "2" }), { force: true });
    expect(forced["data"]).toEqual({ a: "2", "b.c": "1", d: "1" });
  });

  test("asks for a version that is gone by, and gets a conflict", async () => {
    const first = await kube.admin.apply(configMap("versioned"));
    await kube.admin.apply(configMap("versioned", { a: "2" }));
    const resourceVersion = stringAt(first, "metadata", "resourceVersion");
    const metadata = { name: "versioned", namespace: "default", resourceVersion };
    const stale = { ...configMap("versioned", { a: "3" }), metadata };
    expect(await failureOf(kube.admin.apply(stale))).toMatchObject({
      kind: "conflict",
      applied: "no",
    });
  });

  test("leaves nothing behind when it only asks", async () => {
    const dry = await kube.admin.apply(configMap("dry"), { dryRun: true });
    expect(stringAt(dry, "metadata", "uid")).toBeDefined();
    expect(await kube.admin.get(ref("dry"))).toBeUndefined();
    await kube.admin.apply(configMap("dry"));
    await kube.admin.delete(ref("dry"), { dryRun: true });
    expect(await kube.admin.get(ref("dry"))).toBeDefined();
  });

  test.for(["apply", "create"] as const)(
    "is told of a field that the kind lacks, by %s",
    async (verb) => {
      const wrong = { ...configMap("wrong"), dta: { a: "1" } };
      const error = await failureOf(kube.admin[verb](wrong));
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
    const error = await failureOf(kube.admin.apply(deployment, { dryRun: true }));
    expect(error).toMatchObject({ kind: "invalid", status: 422, applied: "no" });
    expect(error.causes.map(({ field }) => field)).toEqual([
      "spec.replicas",
      "spec.template.spec.containers[0].image",
    ]);
  });

  test("names the namespace that is not there", async () => {
    const error = await failureOf(kube.admin.apply(configMap("x", {}, "nowhere")));
    expect(error).toMatchObject({ kind: "notFound", applied: "no" });
    expect(error.message).toContain('namespaces "nowhere" not found');
    expect(await kube.admin.get(ref("x", "nowhere"))).toBeUndefined();
  });

  test("names verb, resource and namespace of a right that is missing", async () => {
    const asked = await failureOf(kube.user.list(CONFIG_MAP, { namespace: "default" }));
    expect(asked.refusal).toEqual({
      user: "user",
      verb: "list",
      resource: "configmaps",
      group: "",
      namespace: "default",
      name: undefined,
    });
    const written = await failureOf(kube.user.apply(configMap("mine")));
    expect(written).toMatchObject({ kind: "forbidden", applied: "no" });
    expect(written.refusal).toMatchObject({ verb: "patch", name: "mine" });
    const read = await failureOf(kube.user.get({ apiVersion: "v1", kind: "Node", name: "n" }));
    expect(read.refusal).toMatchObject({ verb: "get", resource: "nodes", namespace: undefined });
  });

  test("asks for its rights before it needs them", async () => {
    const query = { verb: "patch", group: "", resource: "configmaps", namespace: "default" };
    expect((await kube.admin.accessReview(query)).allowed).toBe(true);
    expect((await kube.user.accessReview(query)).allowed).toBe(false);
    const all = await kube.admin.rulesReview("default");
    expect(all.rules).toContainEqual({ verbs: ["*"], groups: ["*"], resources: ["*"], names: [] });
    const few = await kube.user.rulesReview("default");
    expect(few.rules.some(({ resources }) => resources.includes("configmaps"))).toBe(false);
  });
});
