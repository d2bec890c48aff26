// The list of all kinds. Importing it loads no schema and no validator: `prepareKinds` loads the
// validators of the kinds that a run really uses.
import type { KindRegistry } from "../engine/contract/kind.ts";
import type { SchemaKind } from "./_shared/define.ts";
import { createRegistry } from "./_shared/registry.ts";
import { deployment } from "./deployment/kind.ts";
import { environment } from "./environment/kind.ts";
import { host } from "./host/kind.ts";
import { namespace } from "./namespace/kind.ts";
import { pod } from "./pod/kind.ts";
import { service } from "./service/kind.ts";
import { supervisorNamespace } from "./supervisor-namespace/kind.ts";
import { virtualMachine } from "./virtual-machine/kind.ts";

const list: readonly SchemaKind[] = [
  deployment,
  environment,
  host,
  namespace,
  pod,
  service,
  supervisorNamespace,
  virtualMachine,
];

/** Every kind that vpac knows. */
export const kinds: KindRegistry = createRegistry(list);

/**
 * Loads the validators of these kinds (all, when none are named); they can be used synchronously
 * afterwards. Keys that no kind has are passed over.
 */
export async function prepareKinds(keys?: Iterable<string>): Promise<void> {
  const wanted = keys === undefined ? undefined : new Set(keys);
  const used = list.filter((kind) => wanted === undefined || wanted.has(kind.key));
  await Promise.all(used.map((kind) => kind.prepare()));
}
