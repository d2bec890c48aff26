import type { OpenProvider } from "../../engine/contract/provider.ts";
import { ProviderError } from "../../engine/contract/provider.ts";

/** Where a new provider starts; see README.md in this folder. */
export const openTemplate: OpenProvider = ({ config }) =>
  Promise.reject(
    new ProviderError({
      type: "invalid",
      code: "VP6101",
      message: `provider "${config.name}" is a template: it cannot be opened`,
    }),
  );
