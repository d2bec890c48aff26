import type { Address } from "../model/address.ts";
import { canonicalJson } from "../model/canonical.ts";
import type { DesiredResource } from "../model/desired.ts";
import type { Digest } from "../model/digest.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";

/** Canonical text per shared attributes: replicas of one template are written once. */
function canonicalCache(): (value: JsonObject) => string {
  const known = new WeakMap<JsonObject, string>();
  return (value) => {
    let text = known.get(value);
    if (text === undefined) {
      text = canonicalJson(value);
      known.set(value, text);
    }
    return text;
  };
}

/**
 * SHA-256 over all resources without their sources: two sets of files that wish the same have the
 * same digest. What is left out (rules, sizes among the terms) follows from what is in it.
 */
export function desiredDigest(
  resources: ReadonlyMap<Address, DesiredResource>,
  digest: Digest,
): string {
  const canonical = canonicalCache();
  const parts: string[] = [];
  for (const resource of resources.values()) {
    const { address, apiVersion, kindKey, provider, owner, dependsOn, behaviour, workload } =
      resource;
    const head: JsonValue = [
      address,
      apiVersion,
      kindKey,
      provider,
      owner ?? null,
      dependsOn,
      workload?.pinHost ?? null,
      workload?.rolloutWave ?? null,
      behaviour.preventDestroy,
      behaviour.adopt ?? null,
      behaviour.paused,
      behaviour.allowPowerOff,
      behaviour.balance,
    ];
    parts.push(JSON.stringify(head), canonical(resource.attributes));
  }
  return digest(parts.join("\n"));
}
