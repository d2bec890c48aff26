import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { systemClock } from "../../../cli/wiring/clock.ts";
import type { Clock } from "../../../engine/contract/clock.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { openClient } from "../../../providers/cluster-api/kube/client.ts";
import { KubeError } from "../../../providers/cluster-api/kube/errors.ts";
import { readKubeconfig } from "../../../providers/cluster-api/kube/kubeconfig.ts";
import type { KubeClient, KubeObject } from "../../../providers/cluster-api/kube/types.ts";
import { type KubernetesPeer, startKubernetes } from "../kube/start.ts";
import { describeWithPeers } from "../peers.ts";

export const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" };

export function configMap(
  name: string,
  data: JsonObject = { a: "1" },
  namespace = "default",
): KubeObject {
  return { ...CONFIG_MAP, metadata: { name, namespace }, data };
}

export function ref(
  name: string,
  namespace = "default",
): typeof CONFIG_MAP & { readonly namespace: string; readonly name: string } {
  return { ...CONFIG_MAP, namespace, name };
}

export async function failureOf(call: Promise<unknown>): Promise<KubeError> {
  const error = await call.then(
    (value) => new Error(`did not fail: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof KubeError) return error;
  throw error;
}

/** A control plane of its own for the tests of one file, and clients that end with them. */
export interface KubeUnderTest {
  readonly peer: KubernetesPeer;
  /** May do everything. */
  readonly admin: KubeClient;
  /** Whom no rule mentions. */
  readonly user: KubeClient;
  readonly open: (
    file: string,
    env?: Readonly<Record<string, string>>,
    clock?: Clock,
  ) => Promise<KubeClient>;
  /** A kubeconfig with other parts than the administrator's. */
  readonly kubeconfig: (name: string, userPart: object, clusterPart?: object) => string;
  /** Process of a server of this peer, and its arguments. */
  readonly processOf: (program: string) => { readonly pid: number; readonly args: string };
}

/** A `describe` with a control plane that runs from before its first test to after its last. */
export function describeWithKube(title: string, define: (kube: KubeUnderTest) => void): void {
  describeWithPeers("capi", title, () => {
    const started: { peer?: KubernetesPeer; admin?: KubeClient; user?: KubeClient } = {};
    const clients: KubeClient[] = [];
    const kube: KubeUnderTest = {
      get peer() {
        return started.peer!;
      },
      get admin() {
        return started.admin!;
      },
      get user() {
        return started.user!;
      },
      open: async (file, env = {}, clock = systemClock({})) => {
        const seams = { clock, random: () => 2 ** 31, env };
        const client = openClient(await readKubeconfig(file), seams);
        clients.push(client);
        return client;
      },
      kubeconfig: (name, userPart, clusterPart) =>
        writeKubeconfig(kube.peer, name, { userPart, clusterPart }),
      processOf: (program) => processOf(kube.peer, program),
    };
    beforeAll(async () => {
      started.peer = await startKubernetes();
      started.admin = await kube.open(kube.peer.kubeconfig);
      started.user = await kube.open(kube.peer.userKubeconfig);
    });
    afterAll(async () => {
      for (const client of clients) client.close();
      await started.peer?.stop();
    });
    define(kube);
  });
}

function writeKubeconfig(
  { folder, server }: KubernetesPeer,
  name: string,
  parts: { readonly userPart: object; readonly clusterPart: object | undefined },
): string {
  const file = join(folder, name);
  const cluster = { server, "certificate-authority": "pki/ca.crt", ...parts.clusterPart };
  const document = {
    "current-context": "a",
    clusters: [{ name: "a", cluster }],
    users: [{ name: "a", user: parts.userPart }],
    contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
  };
  writeFileSync(file, JSON.stringify(document));
  return file;
}

function processOf(
  peer: KubernetesPeer,
  program: string,
): { readonly pid: number; readonly args: string } {
  const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  const port = new URL(peer.server).port;
  const line = lines.find((text) => text.includes(`/${program} `) && text.includes(port)) ?? "";
  const [, pid = "", args = ""] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
  expect(pid, `${program} is running`).not.toBe("");
  return { pid: Number(pid), args };
}
