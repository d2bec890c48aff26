/** A store over storage in memory, and what a writer puts into it. */
import type { Writer } from "../../../engine/contract/writer.ts";
import type { Address } from "../../../engine/model/address.ts";
import type { OpenOperation, RecordedResource } from "../../../engine/model/recorded.ts";
import { openStore, type Store } from "../../../engine/record/store.ts";
import { LINEAGE, recordedOf, resource, sha256 } from "../../support/builders.ts";
import type { MemoryStorage } from "../../support/memory-storage.ts";

/** A store with a clock that stands and ids that count. */
export function storeOn(storage: MemoryStorage): Store {
  let uuids = 0;
  let now = 0;
  const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) };
  const entropy = { uuid: () => `uuid-${++uuids}`, u32: () => 0 };
  return openStore(storage, { clock, entropy, digest: sha256, workspace: "default" });
}

/** What a writer asks for; it does not wait for the lock. */
export const REQUEST = {
  operation: "apply",
  who: "me@here",
  info: "",
  lockTimeoutMs: 0,
  lineage: LINEAGE,
};

/** The writer of a store that is free; throws where it is not. */
export async function writing(storage: MemoryStorage): Promise<Writer> {
  const start = await storeOn(storage).beginWrite(REQUEST);
  if (start.is !== "writing") throw new Error(`not writing: ${JSON.stringify(start)}`);
  return start.writer;
}

/** A record that was not made yet: it has no revision. */
export function wish(address: Address, over: Partial<RecordedResource> = {}): RecordedResource {
  return recordedOf(resource(address), { revision: "", ...over });
}

/** The intent to make that resource. */
export function creating(
  address: Address,
  intent: string,
  over: Partial<OpenOperation> = {},
): OpenOperation {
  const record = wish(address);
  const what = { address, objectId: record.id, provider: "sim", verb: "create" } as const;
  return { run: "run-1", step: "s-1", intent, ...what, wish: record, ...over };
}

/** The end of a step that succeeded. */
export const DONE = { is: "done", revision: "r1", condition: "ok" } as const;

/** A run of one step. */
export const RUN = { run: "run-1", plan: "p", planDigest: "sha256:p", mode: "apply", steps: 1 };

/** A state of `serials` commits with one more resource each. */
export async function committed(storage: MemoryStorage, serials: number): Promise<void> {
  for (let index = 0; index < serials; index++) {
    const writer = await writing(storage);
    await writer.begin(creating(`vm/a/m-${index}`, `i-${index}`));
    await writer.end(`i-${index}`, DONE);
    await writer.commit();
    await writer.close();
  }
}

/** The codes of all that reading the store tells. */
export async function codesOf(storage: MemoryStorage): Promise<readonly string[]> {
  return (await storeOn(storage).read()).diagnostics.map(({ code }) => code);
}
