import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KubernetesPeer, startKubernetes } from "../kube/start.ts";
import { startScript } from "../script.ts";

/**
 * Starts a control plane with the real Cluster API controllers and their in-memory infrastructure
 * provider. They end with the calling process. The guest clusters live in the memory of the
 * provider; their API servers are on `host` of loopback.
 */
export async function startManagementCluster(): Promise<KubernetesPeer> {
  const kube = await startKubernetes();
  const host = await freeHost();
  const folder = mkdtempSync(join(tmpdir(), "vpac-capi-"));
  try {
    const managers = await startScript("capi/start.sh", [folder, kube.folder, host]);
    return {
      ...kube,
      stop: async () => {
        await managers.close();
        await kube.stop();
      },
    };
  } catch (error) {
    await kube.stop();
    throw error;
  }
}

/** An address of loopback where the fixed ports of the infrastructure provider are free. */
async function freeHost(): Promise<string> {
  for (let last = 1; last < 255; last += 1) {
    const host = `127.0.0.${last}`;
    if ((await isFree(host, 19_000)) && (await isFree(host, 20_000))) return host;
  }
  throw new Error("port 19000 or 20000 is taken on every address of loopback");
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
