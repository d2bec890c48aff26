/** What a plan over many guest clusters costs, against the same lists without our provider. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../cli/wiring/clock.ts";
import { arrayAt, type JsonObject } from "../../engine/model/json.ts";
import { openClusterApi } from "../../providers/cluster-api/index.ts";
import { listedTypes } from "../../providers/cluster-api/types.ts";
import { LINEAGE_LABEL } from "../../providers/cluster-api/objects.ts";
import { startManagementCluster } from "../peers/capi/start.ts";
import type { KubernetesPeer } from "../peers/kube/start.ts";
import { missingPeers } from "../peers/missing.ts";
import { openAdministrator } from "../support/cluster-api.ts";
import { ENVIRONMENT, guestProject } from "../support/cluster-api-project.ts";
import { median } from "../support/measure.ts";
import { emptyImportMs, importMs } from "./import-time.ts";
import { startRows } from "./rows.ts";

const CLUSTERS = Number(process.env["BENCH_CLUSTERS"] ?? 50);
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 9);
const PLAN_MS_MAX = 2000;

const rows = startRows();
const clock = systemClock({});
const folder = mkdtempSync(join(tmpdir(), "vpac-bench-"));

async function medianOf(work: () => Promise<unknown>): Promise<number> {
  // The first round warms up what is measured, on both sides of the socket.
  await work();
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    figures.push(performance.now() - started);
  }
  return median(figures);
}

/** Paused, so that no controller works while the plan is measured. */
const clusterNamed = (name: string): string => `apiVersion: cluster.x-k8s.io/v1beta2
kind: Cluster
metadata: {name: ${name}, namespace: many, annotations: {cluster.x-k8s.io/paused: "true"}}
spec:
  topology:
    classRef: {name: any}
    version: v1.36.0
    controlPlane: {replicas: 3}
    workers:
      machineDeployments:
        - {class: workers, name: pool-a, replicas: 3}
        - {class: workers, name: pool-b, replicas: 3}
    variables: [{name: vmClass, value: best-effort-small}]
`;

const SPEC = [
  "apiVersion: v1\nkind: Namespace\nmetadata: {name: many}\n",
  ...Array.from({ length: CLUSTERS }, (_, index) => clusterNamed(`c-${index + 1}`)),
].join("---\n");

/** The controllers look at every new object, paused or not; until then the server is busy. */
async function controllersAreQuiet(peer: KubernetesPeer): Promise<void> {
  const admin = await openAdministrator(peer.kubeconfig);
  const type = { apiVersion: "cluster.x-k8s.io/v1beta2", kind: "MachineDeployment" };
  const isSeen = (item: JsonObject): boolean => arrayAt(item, "status", "conditions").length > 0;
  while (!(await admin.list(type)).items.every(isSeen)) await clock.sleep(1_000);
  admin.close();
}

async function benchPlan(peer: KubernetesPeer): Promise<void> {
  const work = guestProject(peer);
  work.write("environment.yaml", ENVIRONMENT);
  work.write("clusters.yaml", SPEC);
  const applied = await work.run("apply -f . --yes", { timeoutMs: 300_000 });
  if (applied.code !== 0) throw new Error(applied.stderr);
  await controllersAreQuiet(peer);
  const plan = async (): Promise<void> => {
    const { code, stderr } = await work.run("plan -f . --detailed-exitcode");
    if (code !== 0) throw new Error(`the second plan is not empty: ${stderr}`);
  };
  rows.limit(
    `plan over ${CLUSTERS} clusters, nothing to do`,
    await medianOf(plan),
    PLAN_MS_MAX,
    " ms",
  );
  work.remove();
}

async function benchObserve(peer: KubernetesPeer): Promise<void> {
  const admin = await openAdministrator(peer.kubeconfig);
  const types = listedTypes((await admin.resources()).resources);
  const lists = (): Promise<unknown> =>
    Promise.all(
      types.map(({ type, reads }) =>
        admin.list(type, reads === "ours" ? { labelSelector: LINEAGE_LABEL } : {}),
      ),
    );
  rows.note("floor: the same lists, not looked at", `${(await medianOf(lists)).toFixed(1)} ms`);
  admin.close();
  const provider = await openClusterApi({
    config: { name: "guests", type: "cluster-api", settings: { kubeconfig: peer.kubeconfig } },
    dataFolder: folder,
    baseFolder: "/",
    clock,
    entropy: { uuid: () => "", u32: () => 0 },
  });
  const context = { clock, signal: new AbortController().signal, log: () => undefined };
  const observe = () => provider.observe({ ids: [], lineage: "" }, context);
  const { objects } = await observe();
  const what = `observe ${objects.length} objects`;
  rows.note(what, `${(await medianOf(observe)).toFixed(1)} ms`);
  await provider.close();
}

const missing = missingPeers("capi");
try {
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  rows.note("floor: import of an empty module", `${emptyImportMs(folder).toFixed(1)} ms`);
  for (const file of ["providers/cluster-api/index.ts", "providers/cluster-api/open.ts"]) {
    rows.limit(`import of ${file}`, await importMs(file, folder), 30, " ms");
  }
  if (missing.length > 0) rows.note("plans", `left out, missing: ${missing.join("; ")}`);
  else {
    const peer = await startManagementCluster();
    try {
      await benchPlan(peer);
      await benchObserve(peer);
    } finally {
      await peer.stop();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
rows.print();
