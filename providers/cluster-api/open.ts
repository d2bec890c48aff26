import {
  type Provider,
  ProviderError,
  type ProviderSetup,
} from "../../engine/contract/provider.ts";
import { CODES } from "./codes.ts";
import { type ClusterAccess, KubeconfigError } from "./kube/access.ts";
import { openClient } from "./kube/client.ts";
import { KubeError } from "./kube/errors.ts";
import { readKubeconfig } from "./kube/kubeconfig.ts";
import { problemOf } from "./problems.ts";
import { ClusterApi } from "./provider.ts";
import { readSettings, type Settings } from "./settings.ts";

/** Longest time the API server may take to say that it is there. */
const HELLO_DEADLINE_MS = 10_000;

/** Opens the management cluster of an entry; throws `ProviderError` when it cannot be used. */
export async function open(setup: ProviderSetup): Promise<Provider> {
  const { config, clock, entropy, env = {} } = setup;
  const settings = readSettings(setup);
  const access = await accessOf(settings, setup.baseFolder);
  const client = openClient(access, { clock, random: () => entropy.u32(), env });
  try {
    await client.version({ deadlineMs: HELLO_DEADLINE_MS });
  } catch (error) {
    client.close();
    throw error instanceof KubeError ? new ProviderError(problemOf(error)) : error;
  }
  return new ClusterApi(config.name, client, settings.parallelCalls);
}

async function accessOf(settings: Settings, projectFolder: string): Promise<ClusterAccess> {
  const { kubeconfig, context } = settings;
  try {
    return await readKubeconfig(kubeconfig, { context, projectFolder });
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    const code = error.problem === "execDenied" ? CODES.credential : CODES.kubeconfig;
    throw new ProviderError({ type: "invalid", code, message: error.message });
  }
}
