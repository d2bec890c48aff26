import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { project } from "../../cli/project.ts";
import {
  ENVIRONMENT,
  guestProject,
  type GuestProject,
  type GuestWish,
  kubectl,
  markedObjects,
} from "../../support/cluster-api-project.ts";
import type { KubernetesPeer } from "../kube/start.ts";
import { describeWithPeers } from "../peers.ts";
import { startManagementCluster } from "./start.ts";

/** A cluster of the server's own classes; its version has two parts of three. */
const CLASSED = `apiVersion: cluster.x-k8s.io/v1beta2
kind: Cluster
metadata: {name: prod, namespace: default}
spec:
  topology:
    classRef: {name: small}
    version: v1.33
    controlPlane: {replicas: 3}
`;

interface Step {
  readonly type: string;
  readonly address: string;
}

interface PlanDocument {
  readonly changes: readonly { readonly address: string; readonly action: string }[];
  readonly drift: readonly { readonly address: string }[];
}

describeWithPeers("capi", "a guest cluster of a management cluster", () => {
  let peer: KubernetesPeer;
  let work: GuestProject;
  let wished: GuestWish = {};

  beforeAll(async () => {
    peer = await startManagementCluster();
    work = guestProject(peer);
  });
  afterAll(async () => {
    work?.remove();
    await peer?.stop();
  });

  const wish = (over: GuestWish): void => {
    wished = { ...wished, ...over };
    work.wish(wished);
  };
  const apply = (more = "") => work.run(`apply -f . --yes --confirm default ${more}`);
  const changes = async (): Promise<readonly string[]> => {
    const { stdout } = await work.run("plan -f . -o json");
    const plan = JSON.parse(stdout) as PlanDocument;
    const changed = plan.changes.filter(({ action }) => action !== "noop");
    return changed.map(({ address, action }) => `${action} ${address}`);
  };
  const expectSettled = async (): Promise<void> => {
    const { code, stdout, stderr } = await work.run("plan -f . --detailed-exitcode");
    expect(code, `${stdout}${stderr}`).toBe(0);
  };
  const machines = (): Promise<string> =>
    kubectl(peer, "-n", "shop", "get", "machines", "-o", "jsonpath={.items[*].spec.version}");
  const machinesWith = async (version: string): Promise<number> =>
    (await machines()).split(" ").filter((one) => one === version).length;

  test("is made with one control-plane node; the second plan is empty", async () => {
    wish({ controlPlane: 1, workers: 2, version: "v1.36.0" });
    const { code, stdout, stderr } = await apply();
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("8 added, 0 changed, 0 destroyed");
    await expectSettled();
    expect(await machinesWith("v1.36.0")).toBe(3);
  });

  test("hands its endpoint on to a later step, and never the content of its Secret", async () => {
    wish({
      more: `apiVersion: v1
kind: ConfigMap
metadata:
  name: found
  namespace: shop
  annotations: {vpac.dev/from: "/data/endpoint=tkc/shop/dev:endpoint"}
data: {for: dev}
`,
    });
    const { code, stderr } = await apply();
    expect(code, stderr).toBe(0);
    const found = ["-n", "shop", "get", "configmap", "found"];
    const endpoint = await kubectl(peer, ...found, "-o", "jsonpath={.data.endpoint}");
    expect(endpoint).toMatch(/^https:\/\/127\.0\.0\.\d+:\d+$/);
    await expectSettled();
    const { stdout } = await work.run("state show tkc/shop/dev -o json");
    expect(stdout).toContain("dev-kubeconfig");
    expect(stdout).not.toContain("certificate-authority-data");
  });

  test("grows to three control-plane nodes and five workers, in place", async () => {
    wish({ controlPlane: 3, workers: 5 });
    expect(await changes()).toEqual([
      "update kubeadmcontrolplane/shop/dev-control-plane",
      "update machinedeployment/shop/dev-pool-a",
    ]);
    const { code, stdout, stderr } = await apply();
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("0 added, 2 changed, 0 destroyed");
    expect(await machinesWith("v1.36.0")).toBe(8);
    await expectSettled();
  });

  test("shows a foreign edit of an owned field as drift, repairs it, and leaves others", async () => {
    await kubectl(peer, "-n", "shop", "scale", "machinedeployment", "dev-pool-a", "--replicas=4");
    await kubectl(peer, "-n", "shop", "annotate", "cluster", "dev", "example.org/note=theirs");
    await kubectl(peer, "-n", "shop", "label", "machinedeployment", "dev-pool-a", "team=theirs");
    const planned = await work.run("plan -f . --detailed-exitcode");
    expect(planned.code).toBe(2);
    expect(planned.stdout).toContain("/spec/replicas: 4 → 5");
    expect(await changes()).toEqual(["update machinedeployment/shop/dev-pool-a"]);
    expect((await apply()).code).toBe(0);
    await expectSettled();
    expect(await machinesWith("v1.36.0")).toBe(8);
    const note = "jsonpath={.metadata.annotations.example\\.org/note}";
    expect(await kubectl(peer, "-n", "shop", "get", "cluster", "dev", "-o", note)).toBe("theirs");
  });

  test("shows at plan time what a webhook would refuse, at the line it comes from", async () => {
    const other = project({
      "environment.yaml": ENVIRONMENT.replace(", flavour: in-memory", ""),
      "mgmt.kubeconfig": readFileSync(peer.kubeconfig, "utf8"),
      "cluster.yaml": CLASSED,
    });
    const { code, stderr } = await other.run("plan -f .");
    other.remove();
    expect(code).toBe(65);
    expect(stderr).toContain("cluster.yaml:7:14");
    expect(stderr).toContain("version must be a valid semantic version");
    expect(await kubectl(peer, "get", "clusters", "-n", "default", "-o", "name")).toBe("");
  });

  test("is upgraded by a minor version and shrinks to one worker, control plane first", async () => {
    wish({ workers: 1, version: "v1.37.0" });
    const { code, stdout, stderr } = await apply("-o ndjson");
    expect(code, stderr).toBe(0);
    const steps = stdout
      .split("\n")
      .flatMap((line) =>
        /"apply_(?:start|complete)"/.test(line) ? [JSON.parse(line) as Step] : [],
      );
    const order = steps.map(({ type, address }) => `${type} ${address.split("/")[0] ?? ""}`);
    expect(order.indexOf("apply_start machinedeployment")).toBeGreaterThan(
      order.indexOf("apply_complete kubeadmcontrolplane"),
    );
    expect(await machines()).toBe("v1.37.0 v1.37.0 v1.37.0 v1.37.0");
    await expectSettled();
  });

  test("converges when the API server is restarted in the middle of an apply", async () => {
    wish({ controlPlane: 1, workers: 3, notes: { count: 5, text: "restart" } });
    const started = work.start("apply -f . --yes");
    await started.until("update started");
    await peer.restartApiServer();
    const { code, output } = await started.ended;
    if (code !== 0) expect((await apply()).code, output).toBe(0);
    await expectSettled();
    expect(await machinesWith("v1.37.0")).toBe(4);
  });

  test("is planned only as far as the rights of the user reach, each named", async () => {
    const before = await markedObjects(peer);
    await kubectl(peer, "create", "clusterrole", "reader", "--verb=get,list", "--resource=*.*");
    await kubectl(peer, "create", "clusterrolebinding", "r", "--clusterrole=reader", "--user=user");
    // The API server learns of a new rule a moment after it has taken it.
    const mayRead = () =>
      kubectl(peer, "auth", "can-i", "list", "machinedeployments", "--as=user").catch(() => "no");
    await expect.poll(mayRead).toBe("yes");
    work.become(peer.userKubeconfig);
    wish({ workers: 2 });
    const { code, stderr } = await work.run("plan -f .");
    expect(code).not.toBe(0);
    expect(stderr).toContain("may not patch machinedeployments.cluster.x-k8s.io");
    expect(stderr).toContain('in namespace "shop"');
    work.become(peer.kubeconfig);
    wish({ workers: 3 });
    expect(await markedObjects(peer)).toEqual(before);
  });

  test("goes in the order of its controllers, and leaves nothing of ours", async () => {
    const destroyed = await work.run("destroy -f . --yes --confirm default");
    expect(destroyed.code, destroyed.stderr).toBe(0);
    expect(await markedObjects(peer)).toEqual([]);
    const rest = "machines,machinesets,devmachines,kubeadmconfigs,secrets,clusters";
    expect(await kubectl(peer, "get", rest, "-A", "-o", "name")).toBe("");
    expect((await work.run("state list")).stdout).toBe("");
  });
});
