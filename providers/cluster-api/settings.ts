import { isAbsolute, join } from "node:path";
import { ProviderError, type ProviderSetup } from "../../engine/contract/provider.ts";
import { numberAt, stringAt } from "../../engine/model/json.ts";
import { CODES } from "./codes.ts";

/** What an entry of type cluster-api in the `Environment` says, with paths made absolute. */
export interface Settings {
  readonly kubeconfig: string;
  /** Context of the kubeconfig; undefined for its current one. */
  readonly context: string | undefined;
  readonly parallelCalls: number;
}

/** Enough to keep an API server busy, few enough to stay within its default fairness seats. */
const PARALLEL_CALLS_DEFAULT = 16;
const PARALLEL_CALLS_MAX = 64;

/** Reads the settings; `flavour` is the engine's, which has expanded the clusters already. */
export function readSettings({ config, baseFolder }: ProviderSetup): Settings {
  const { settings, name } = config;
  const file = stringAt(settings, "kubeconfig") ?? "";
  if (file === "") {
    throw new ProviderError({
      type: "invalid",
      code: CODES.settings,
      message: `provider "${name}" names no kubeconfig: add kubeconfig: FILE to its entry`,
    });
  }
  const parallelCalls = numberAt(settings, "parallelCalls") ?? PARALLEL_CALLS_DEFAULT;
  return {
    kubeconfig: isAbsolute(file) ? file : join(baseFolder, file),
    context: stringAt(settings, "context"),
    parallelCalls: Math.min(PARALLEL_CALLS_MAX, Math.max(1, Math.floor(parallelCalls))),
  };
}
