/** Edits the recorded state by hand: drops records, or ends the ownership of objects. */
import type { UpdateIntent } from "./contract/provider.ts";
import type { LockOwner } from "./contract/storage.ts";
import type { StateEdit, Writer } from "./contract/writer.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { Address } from "./model/address.ts";
import type { ProviderConfig } from "./model/desired.ts";
import type { RecordedResource } from "./model/recorded.ts";
import type { EnginePorts } from "./ports.ts";
import { openStore } from "./record/store.ts";
import { openSession, type Session } from "./session.ts";

export interface StateEditRequest {
  /** `remove` drops the record; `forget` takes our tag off the object first. */
  readonly verb: "remove" | "forget";
  readonly addresses: readonly Address[];
  readonly configs: readonly ProviderConfig[];
  readonly who: string;
  readonly lockTimeoutMs: number;
}

export type StateEditOutcome =
  | { readonly is: "edited"; readonly done: readonly Address[]; readonly serial: number }
  | { readonly is: "busy"; readonly holder: LockOwner }
  | { readonly is: "broken"; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly is: "failed";
      readonly address: Address;
      readonly message: string;
      readonly done: readonly Address[];
    };

/** Edits under the lock; the states before it are kept as backups by the store. */
export async function editState(
  request: StateEditRequest,
  ports: EnginePorts,
): Promise<StateEditOutcome> {
  const store = openStore(ports.storage, ports);
  const taken = await store.beginWrite({
    operation: `state ${request.verb}`,
    who: request.who,
    info: request.addresses.slice(0, 10).join(" "),
    lockTimeoutMs: request.lockTimeoutMs,
    lineage: "",
  });
  if (taken.is === "busy" || taken.is === "broken") return taken;
  const { writer } = taken;
  try {
    return await editUnderLock(request, ports, writer);
  } finally {
    await writer.close();
  }
}

async function editUnderLock(
  request: StateEditRequest,
  ports: EnginePorts,
  writer: Writer,
): Promise<StateEditOutcome> {
  const resources = request.addresses.flatMap((address) => writer.lookup(address) ?? []);
  const inUse = new Set(resources.map(({ provider }) => provider));
  const session = await openSession(
    request.configs,
    request.verb === "forget" ? inUse : new Set(),
    ports,
  );
  const edits: StateEdit[] = [];
  let failed: { readonly address: Address; readonly message: string } | undefined;
  try {
    for (const resource of resources) {
      const { address } = resource;
      const problem =
        request.verb === "forget" ? await untag(resource, { writer, session, ports }) : undefined;
      if (problem !== undefined) {
        failed = { address, message: problem };
        break;
      }
      edits.push({ is: "remove", address });
    }
  } finally {
    await session.close();
  }
  const done = edits.map((edit) => (edit.is === "remove" ? edit.address : edit.resource.address));
  if (edits.length > 0) await writer.edit(edits);
  const serial = edits.length > 0 ? await writer.commit() : writer.recorded.serial;
  return failed === undefined ? { is: "edited", done, serial } : { is: "failed", ...failed, done };
}

interface Untagging {
  readonly writer: Writer;
  readonly session: Session;
  readonly ports: EnginePorts;
}

const UNTAG_DEADLINE_MS = 60_000;

/** Takes our tag off one object; undefined when it is off, or the object is gone. */
async function untag(
  resource: RecordedResource,
  { writer, session, ports }: Untagging,
): Promise<string | undefined> {
  const provider = session.providers.get(resource.provider);
  if (provider === undefined) {
    const failed = session.failed.find((reading) => reading.provider === resource.provider);
    return failed?.error?.message ?? `provider ${resource.provider} is not configured`;
  }
  const outcome = await provider.update(intentOf(resource, writer, ports), {
    clock: ports.clock,
    signal: ports.signal,
    log: () => {},
  });
  if (outcome.is === "done" || outcome.why.type === "notFound") return undefined;
  return outcome.why.message;
}

/** Asking twice does no harm: an object without our tag is forgotten already. */
function intentOf(
  resource: RecordedResource,
  { lineage, fence }: Writer,
  ports: EnginePorts,
): UpdateIntent {
  const { address, id, kindKey, apiVersion, kind, namespace, name } = resource;
  return {
    objectId: id,
    tag: { lineage, address, fence, intent: ports.entropy.uuid() },
    address,
    kindKey,
    apiVersion,
    kind,
    namespace,
    name,
    attributes: {},
    host: undefined,
    source: undefined,
    deadlineMs: UNTAG_DEADLINE_MS,
    mode: "forget",
    fromRevision: undefined,
  };
}
