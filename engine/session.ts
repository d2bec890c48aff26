import { type Provider, ProviderError } from "./contract/provider.ts";
import type { ProviderConfig } from "./model/desired.ts";
import type { ProviderReading } from "./model/observation.ts";
import type { EnginePorts } from "./ports.ts";

/** The providers of one command, opened once; those that could not be opened carry the reason. */
export interface Session {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly failed: readonly ProviderReading[];
  close(): Promise<void>;
}

/** Opens every configured provider that is in use; a failure is a fact, not an exception. */
export async function openSession(
  configs: readonly ProviderConfig[],
  inUse: ReadonlySet<string>,
  ports: EnginePorts,
): Promise<Session> {
  const providers = new Map<string, Provider>();
  const failed: ProviderReading[] = [];
  for (const config of configs) {
    if (!inUse.has(config.name)) continue;
    try {
      providers.set(config.name, await ports.openProvider(setupOf(config, ports)));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      failed.push(unreachable(config.name, error));
    }
  }
  const close = async (): Promise<void> => {
    for (const provider of providers.values()) await provider.close();
  };
  return { providers, failed, close };
}

const setupOf = (
  config: ProviderConfig,
  ports: EnginePorts,
): Parameters<EnginePorts["openProvider"]>[0] => ({
  config,
  dataFolder: ports.dataFolder,
  baseFolder: ports.baseFolder,
  clock: ports.clock,
  entropy: ports.entropy,
});

const unreachable = (provider: string, error: ProviderError): ProviderReading => ({
  provider,
  complete: false,
  asOf: "",
  error: { code: error.problem.code, message: error.problem.message },
});
