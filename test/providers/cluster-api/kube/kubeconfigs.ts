/** Kubeconfigs in a folder of their own, beside and inside a project. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import {
  type ClusterAccess,
  KubeconfigError,
  type KubeconfigOptions,
} from "../../../../providers/cluster-api/kube/access.ts";
import { readKubeconfig } from "../../../../providers/cluster-api/kube/kubeconfig.ts";

/** What counts as a certificate here. */
export const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

/** A secret that must not be shown anywhere. */
export const CANARY = "canary-secret-9f2c";

/** A credential that a program gives. */
export const EXEC = { apiVersion: "client.authentication.k8s.io/v1", command: "tool" };

/** What differs from a kubeconfig with one cluster, one user and one context. */
export interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
  readonly root?: object;
}

/** The text of a kubeconfig. */
export function config({ cluster, user, context, root }: Parts): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "main",
    clusters: [{ name: "c", cluster: { server: "https://10.0.0.1:6443", ...cluster } }],
    users: [{ name: "u", user: user ?? { token: CANARY } }],
    contexts: [{ name: "main", context: { cluster: "c", user: "u", ...context } }],
    ...root,
  });
}

/** Where the tests of a file keep their kubeconfigs; it is there while they run. */
export interface KubeconfigFolder {
  /** Holds the files `ca.crt` and `token`, and the project. */
  readonly folder: () => string;
  /** Holds `keys/ca.crt` and `token`, a link to the token outside. */
  readonly project: () => string;
  /** Writes a kubeconfig into the folder, or `within` another one, and reads it. */
  readonly read: (
    text: string | Buffer,
    options?: KubeconfigOptions,
    within?: string,
  ) => Promise<ClusterAccess>;
}

/** Makes the folder before the tests of the calling file and removes it after them. */
export function kubeconfigFolder(): KubeconfigFolder {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "vpac-kubeconfig-"));
    const project = join(folder, "project");
    mkdirSync(join(project, "keys"), { recursive: true });
    writeFileSync(join(folder, "ca.crt"), PEM);
    writeFileSync(join(folder, "token"), CANARY);
    writeFileSync(join(project, "keys", "ca.crt"), PEM);
    symlinkSync(join(folder, "token"), join(project, "token"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder: () => folder,
    project: () => join(folder, "project"),
    read: (text, options, within = folder) => {
      const file = join(within, "kubeconfig");
      writeFileSync(file, text);
      return readKubeconfig(file, options);
    },
  };
}

/** The typed refusal that a reading ends with; the test fails where it gives an access. */
export async function refusal(reading: Promise<ClusterAccess>): Promise<KubeconfigError> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(KubeconfigError);
  return error as KubeconfigError;
}
