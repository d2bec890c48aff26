import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../cli/wiring/clock.ts";
import type { CallContext, DestroyPermit, Intent } from "../../../engine/contract/provider.ts";
import type { Address } from "../../../engine/model/address.ts";
import { openClient } from "../../../providers/cluster-api/kube/client.ts";
import { readKubeconfig } from "../../../providers/cluster-api/kube/kubeconfig.ts";
import type { KubeClient, KubeObject } from "../../../providers/cluster-api/kube/types.ts";
import { ClusterApi } from "../../../providers/cluster-api/provider.ts";
import { type KubernetesPeer, startKubernetes } from "../kube/start.ts";
import { describeWithPeers } from "../peers.ts";

const GROUP = "test.cluster.x-k8s.io";
const OLD = { apiVersion: `${GROUP}/v1beta1`, kind: "Widget" };
const NEW = { apiVersion: `${GROUP}/v1beta2`, kind: "Widget" };
const DEFINITION = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
const NAME = `widgets.${GROUP}`;

/** A kind of two versions, whose older one is served or retired. */
function definition(isOldServed: boolean): KubeObject {
  const spec = { type: "object", properties: { size: { type: "integer" } } };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec } } };
  const version = (name: string, served: boolean, storage: boolean): KubeObject => {
    return { name, served, storage, schema };
  };
  return {
    ...DEFINITION,
    metadata: { name: NAME, annotations: { "api-approved.kubernetes.io": "unapproved" } },
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: { kind: "Widget", plural: "widgets" },
      versions: [version("v1beta1", isOldServed, false), version("v1beta2", true, true)],
    },
  };
}

describeWithPeers("capi", "an object whose version is retired after it was made", () => {
  let peer: KubernetesPeer;
  let client: KubeClient;
  let provider: ClusterApi;
  const clock = systemClock({});
  const context: CallContext = {
    clock,
    signal: new AbortController().signal,
    log: () => undefined,
  };
  const address = "widget/default/w" as Address;
  const named = {
    objectId: "id-1",
    tag: { lineage: "l1", address, fence: 1, intent: "i1" },
    address,
    kindKey: `${GROUP}/Widget`,
    apiVersion: OLD.apiVersion,
    kind: "widget",
    namespace: "default",
    name: "w",
    deadlineMs: 120_000,
  };
  const intent: Intent = {
    ...named,
    attributes: { spec: { size: 1 } },
    host: undefined,
    source: undefined,
  };
  const permit = { ...named, planDigest: "d", fromRevision: undefined } as unknown as DestroyPermit;
  const served = (type: typeof OLD): Promise<boolean> =>
    client.list(type).then(
      () => true,
      () => false,
    );

  beforeAll(async () => {
    peer = await startKubernetes();
    client = openClient(await readKubeconfig(peer.kubeconfig), {
      clock,
      random: () => 0,
      env: {},
    });
    provider = new ClusterApi("guests", client, 4);
    await client.apply(definition(true));
  });
  afterAll(async () => {
    await provider.close();
    await peer.stop();
  });

  test("is still seen, and removed when it is to be", async () => {
    await expect.poll(() => served(OLD)).toBe(true);
    expect(await provider.create(intent, context)).toMatchObject({ is: "done", changed: true });
    await client.apply(definition(false));
    await expect.poll(() => served(OLD)).toBe(false);
    const ref = { ...NEW, namespace: "default", name: "w" };
    expect(await client.get(ref)).toBeDefined();
    const { complete, objects } = await provider.observe({ ids: ["id-1"], lineage: "l1" }, context);
    expect(complete).toBe(true);
    expect(objects.map(({ id }) => id)).toContain("id-1");
    expect(await provider.remove(permit, context)).toMatchObject({ is: "done", changed: true });
    expect(await client.get(ref)).toBeUndefined();
  });

  test("is gone with its kind: its removal finds nothing left", async () => {
    await client.delete({ ...DEFINITION, name: NAME });
    await expect.poll(() => served(NEW)).toBe(false);
    expect(await provider.remove(permit, context)).toMatchObject({ is: "done", changed: false });
  });
});
