import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type JsonObject, stringAt } from "../../../engine/model/json.ts";
import type { KubeError } from "../../../providers/cluster-api/kube/errors.ts";
import type { KubeObject } from "../../../providers/cluster-api/kube/types.ts";
import { configMap, describeWithKube, failureOf } from "./kube-under-test.ts";

const DEFINITION = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };

describeWithKube("the client of a kube-apiserver, kinds and webhooks", (kube) => {
  test("learns of a kind that is installed later, and of one that is taken away", async () => {
    const type = { apiVersion: "vpac.example/v1", kind: "Thing" };
    expect(await failureOf(kube.admin.list(type))).toMatchObject({
      kind: "unknownKind",
      applied: "no",
    });
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
    await kube.admin.apply(definition);
    await expect.poll(() => kube.admin.resource(type).catch(() => undefined)).toBeDefined();
    const metadata = { name: "one", namespace: "default" };
    await expect
      .poll(() => kube.admin.apply({ ...type, metadata, size: 1 }).catch(() => undefined))
      .toMatchObject({ size: 1 });
    const wrong = await failureOf(kube.admin.apply({ ...type, metadata, size: "big" }));
    expect(wrong).toMatchObject({ kind: "invalid", applied: "no" });
    const { resources, missing } = await kube.admin.resources();
    expect(resources.find(({ kind }) => kind === "Thing")?.resource).toBe("things");
    expect(missing).toEqual([]);
    const { apiVersion, kind } = DEFINITION;
    await kube.admin.delete({ apiVersion, kind, name: "things.vpac.example" });
    await expect
      .poll(() =>
        kube.admin.list(type).then(
          () => "there",
          (error: KubeError) => error.kind,
        ),
      )
      .toBe("unknownKind");
  });

  test("names the webhook that refuses, and tells it from one that is away", async () => {
    const pki = (name: string): Buffer => readFileSync(join(kube.peer.folder, "pki", name));
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
    await kube.admin.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "guarded" } });
    const rule = {
      apiGroups: [""],
      apiVersions: ["v1"],
      operations: ["CREATE"],
      resources: ["configmaps"],
    };
    await kube.admin.apply({
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
      failureOf(kube.admin.apply(configMap("g", {}, "guarded"), { dryRun: true }));
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
    const away = await failureOf(kube.admin.apply(configMap("g", {}, "guarded")));
    expect(away).toMatchObject({ kind: "webhook", applied: "no", webhook: { reached: false } });
    const ways = { apiVersion: "admissionregistration.k8s.io/v1", name: "guard" };
    await kube.admin.delete({ ...ways, kind: "ValidatingWebhookConfiguration" });
  });

  test("says whose kinds nobody can tell about now", async () => {
    const service = { name: "nobody", namespace: "default", port: 443 };
    const away = { apiVersion: "apiregistration.k8s.io/v1", kind: "APIService" };
    await kube.admin.apply({
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
    const missing = async (): Promise<readonly string[]> => (await kube.admin.resources()).missing;
    await expect.poll(missing).toEqual(["away.example/v1"]);
    const asked = kube.admin.list(
      { apiVersion: "away.example/v1", kind: "Thing" },
      { deadlineMs: 500 },
    );
    expect((await failureOf(asked)).kind).not.toBe("unknownKind");
    await kube.admin.delete({ ...away, name: "v1.away.example" });
    await expect.poll(missing).toEqual([]);
  });
});
