import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startScript } from "../script.ts";

/** A real control plane: etcd, kube-apiserver, kube-controller-manager. */
export interface KubernetesPeer {
  /** "https://127.0.0.1:PORT". */
  readonly server: string;
  /** PEM file of the certificate authority. */
  readonly ca: string;
  /** File of an administrator. */
  readonly kubeconfig: string;
  /** File of the user "user", whom no RBAC rule mentions. */
  readonly userKubeconfig: string;
  readonly tokens: { readonly admin: string; readonly user: string };
  /** State, logs, and pki/admin.crt with pki/admin.key, a client certificate. */
  readonly folder: string;
  /** Kills the API server and starts it again: same port, same data. */
  restartApiServer(): Promise<void>;
  /** Kills the API server and keeps it down. */
  killApiServer(): Promise<void>;
  /** Ends `killApiServer`. */
  startApiServer(): Promise<void>;
  /** Ends every server and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a control plane on free ports of loopback; it ends with the calling process. */
export async function startKubernetes(): Promise<KubernetesPeer> {
  const folder = mkdtempSync(join(tmpdir(), "vpac-kube-"));
  const script = await startScript("kube/start.sh", [folder]);
  const fact = (name: string): string => script.facts.get(name) ?? "";
  return {
    server: fact("server"),
    ca: fact("ca"),
    kubeconfig: fact("kubeconfig"),
    userKubeconfig: fact("user-kubeconfig"),
    tokens: { admin: fact("admin-token"), user: fact("user-token") },
    folder,
    restartApiServer: () => script.obey("restart"),
    killApiServer: () => script.obey("hold"),
    startApiServer: () => script.obey("release"),
    stop: () => script.close(),
  };
}
