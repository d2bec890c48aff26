import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { CallContext, Provider } from "../../engine/contract/provider.ts";
import { objectAt, stringAt } from "../../engine/model/json.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import { systemClock } from "../../cli/wiring/clock.ts";
import { openClusterApi } from "../../providers/cluster-api/index.ts";
import { openClient } from "../../providers/cluster-api/kube/client.ts";
import { readKubeconfig } from "../../providers/cluster-api/kube/kubeconfig.ts";
import type { KubeClient, KubeObject, ObjectRef } from "../../providers/cluster-api/kube/types.ts";
import { CLUSTER_API } from "../contract/descriptions.ts";
import type { ContractWorld, ProviderHarness, Subject } from "../contract/harness.ts";
import { PLAIN, plainIntent, tagOf } from "../contract/subjects.ts";
import { type KubernetesPeer, startKubernetes } from "../peers/kube/start.ts";
import { type FaultyProxy, startFaultyProxy } from "./faulty-proxy.ts";

/** Namespace that every world of the suite has; nobody's. */
const NAMESPACE = "shop";
const SYSTEM = /^(?:default|kube-.*|shop)$/;
const ROLE = "suite";

const clock = systemClock({});

/** The administrator of a management cluster: what people do with kubectl. */
export async function openAdministrator(kubeconfig: string): Promise<KubeClient> {
  const access = await readKubeconfig(kubeconfig);
  return openClient(access, { clock, random: () => 0, env: {} });
}

/** One API server for a whole suite, behind a proxy that can fail the next write. */
interface Stage {
  readonly peer: KubernetesPeer;
  readonly proxy: FaultyProxy;
  readonly admin: KubeClient;
  /** Leads to the proxy, as a user who has the rights of one role. */
  readonly kubeconfig: string;
}

const CONFIG_MAP: Subject = {
  ...PLAIN,
  refused: (intent) => ({ ...intent, attributes: { data: { colour: ["no", "text"] } } }),
};

const labelled = (team: string) => () => ({ metadata: { labels: { team } } });

const NAMESPACE_SUBJECT: Subject = {
  is: "plain",
  make: (number, over = {}) => {
    const name = over.name ?? `team-${number}`;
    const address = `ns/${name}` as const;
    return plainIntent(number, {
      address,
      tag: tagOf(address),
      kindKey: "core/Namespace",
      kind: "ns",
      namespace: undefined,
      name,
      attributes: labelled("blue")(),
      ...over,
    });
  },
  edited: labelled("green"),
  editedAgain: labelled("red"),
  refused: (intent) => ({ ...intent, attributes: labelled("no label!")() }),
};

async function startStage(): Promise<Stage> {
  const peer = await startKubernetes();
  const pki = join(peer.folder, "pki");
  const proxy = await startFaultyProxy({
    target: peer.server,
    ca: readFileSync(peer.ca, "utf8"),
    certificate: readFileSync(join(pki, "apiserver.crt"), "utf8"),
    key: readFileSync(join(pki, "apiserver.key"), "utf8"),
  });
  const kubeconfig = join(peer.folder, "proxy.kubeconfig");
  const direct = readFileSync(peer.userKubeconfig, "utf8");
  writeFileSync(kubeconfig, direct.replace(peer.server, proxy.server), { mode: 0o600 });
  const admin = await openAdministrator(peer.kubeconfig);
  await admin.apply(namespaceNamed(NAMESPACE), { fieldManager: "suite" });
  await admin.apply(roleOf(["*"]), { fieldManager: "suite" });
  await admin.apply(BINDING, { fieldManager: "suite" });
  return { peer, proxy, admin, kubeconfig };
}

const roleOf = (resources: readonly string[]): KubeObject => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: ROLE },
  rules: [{ apiGroups: ["*"], resources, verbs: ["*"] }],
});

const BINDING: KubeObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: ROLE },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: ROLE },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "user" }],
};

/** Takes the right to read ConfigMaps away, and waits until the server has heard of it. */
async function breakPart({ admin, kubeconfig }: Stage): Promise<() => Promise<void>> {
  const user = await openAdministrator(kubeconfig);
  const become = async (resources: readonly string[], allowed: boolean): Promise<void> => {
    await admin.apply(roleOf(resources), { fieldManager: "suite" });
    const right = { verb: "list", group: "", resource: "configmaps" };
    while ((await user.accessReview(right)).allowed !== allowed) await clock.sleep(20);
  };
  await become(["namespaces"], false);
  return async () => {
    await become(["*"], true);
    user.close();
  };
}

const namespaceNamed = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});

function openProvider(stage: Stage): Promise<Provider> {
  const settings = { kubeconfig: stage.kubeconfig, parallelCalls: 8 };
  return openClusterApi({
    config: { name: "guests", type: "cluster-api", settings },
    dataFolder: stage.peer.folder,
    baseFolder: "/",
    clock,
    entropy: { uuid: () => "", u32: () => 0 },
  });
}

const context: CallContext = {
  clock,
  signal: new AbortController().signal,
  log: () => undefined,
};

async function openWorld(stage: Stage): Promise<ContractWorld> {
  await clear(stage);
  let provider = await openProvider(stage);
  return {
    provider: () => provider,
    context,
    subjects: [CONFIG_MAP, NAMESPACE_SUBJECT],
    reopen: async () => {
      await provider.close();
      provider = await openProvider(stage);
    },
    makeForeign: (name, tag) => makeForeign(stage.admin, name, tag),
    failNext: async (how) => stage.proxy.failNext(how),
    breakPart: () => breakPart(stage),
    close: async () => {
      stage.proxy.failNext(undefined);
      await provider.close();
    },
  };
}

/** Removes what the last world of the suite has left. */
async function clear({ admin, peer }: Stage): Promise<void> {
  const maps = await admin.list({ apiVersion: "v1", kind: "ConfigMap" }, { namespace: NAMESPACE });
  for (const map of maps.items) await admin.delete(refTo(map));
  const namespaces = await admin.list({ apiVersion: "v1", kind: "Namespace" });
  for (const ref of namespaces.items.map(refTo).filter(({ name }) => !SYSTEM.test(name))) {
    await admin.delete(ref);
    await finalize(peer, ref.name);
    while ((await admin.get(ref)) !== undefined) await clock.sleep(20);
  }
}

/** Ends the deletion of an empty namespace at once; its controller takes some five seconds. */
function finalize(peer: KubernetesPeer, name: string): Promise<void> {
  const body = { ...namespaceNamed(name), spec: { finalizers: [] } };
  const options = {
    method: "PUT",
    ca: readFileSync(peer.ca),
    headers: {
      authorization: `Bearer ${peer.tokens.admin}`,
      "content-type": "application/json",
    },
  };
  return new Promise((resolve, reject) => {
    const call = request(`${peer.server}/api/v1/namespaces/${name}/finalize`, options, (answer) =>
      answer.resume().once("end", () => resolve()),
    );
    call.once("error", reject);
    call.end(JSON.stringify(body));
  });
}

const refTo = (object: KubeObject): ObjectRef => ({
  apiVersion: stringAt(object, "apiVersion") ?? "",
  kind: stringAt(object, "kind") ?? "",
  name: stringAt(object, "metadata", "name") ?? "",
  namespace: stringAt(object, "metadata", "namespace"),
});

/** As somebody would with kubectl, or as vpac of another lineage has left it. */
async function makeForeign(
  admin: KubeClient,
  name: string,
  tag: OwnershipTag | undefined,
): Promise<string> {
  const mark =
    tag === undefined
      ? {}
      : {
          labels: { "vpac.dev/lineage": tag.lineage },
          annotations: {
            "vpac.dev/address": tag.address.replace(/^vm\//, "configmap/"),
            "vpac.dev/fence": String(tag.fence),
            "vpac.dev/intent": tag.intent,
          },
        };
  const made = await admin.create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: NAMESPACE, ...mark },
    data: { colour: "red" },
  });
  return stringAt(objectAt(made, "metadata"), "uid") ?? "";
}

/** A harness over a real API server that is started for the first world and stopped by `stop`. */
export function clusterApiHarness(): ProviderHarness & { stop(): Promise<void> } {
  let started: Promise<Stage> | undefined;
  return {
    ...CLUSTER_API,
    open: async () => {
      started ??= startStage();
      return openWorld(await started);
    },
    stop: async () => {
      const stage = await started;
      if (stage === undefined) return;
      stage.admin.close();
      await stage.proxy.close();
      await stage.peer.stop();
    },
  };
}
