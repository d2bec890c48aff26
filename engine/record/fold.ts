import type { StateEdit, StepEnding } from "../contract/writer.ts";
import type { Address } from "../model/address.ts";
import { type OpenOperation, owedRemoval, type RecordedResource } from "../model/recorded.ts";
import type { BeginEntry, EndEntry, JournalEntry, SettleEntry } from "./entry.ts";

/** Digests of applied plans that are kept. */
const CONSUMED_PLANS_MAX = 100;

/** What the state holds, while records are folded into it. Never leaves this room. */
export interface Ledger {
  readonly resources: Map<Address, RecordedResource>;
  /** By intent, in the order they were begun. */
  readonly open: Map<string, OpenOperation>;
  consumedPlans: string[];
  unfinishedRun: string | undefined;
}

export const emptyLedger = (): Ledger => ({
  resources: new Map(),
  open: new Map(),
  consumedPlans: [],
  unfinishedRun: undefined,
});

/**
 * Applies one record. The result is a problem in words when the record cannot follow what came
 * before: replay fails loudly on an impossible sequence.
 */
export function foldEntry(ledger: Ledger, entry: JournalEntry): string | undefined {
  switch (entry.kind) {
    case "open":
      return undefined;
    case "run":
      ledger.unfinishedRun = entry.run;
      return undefined;
    case "consume":
      ledger.consumedPlans = [...ledger.consumedPlans, entry.planDigest].slice(-CONSUMED_PLANS_MAX);
      return undefined;
    case "runEnd":
      ledger.unfinishedRun = entry.finished ? undefined : entry.run;
      return undefined;
    case "begin":
      return foldBegin(ledger, entry);
    case "end":
      return foldEnd(ledger, entry);
    case "settle":
      return foldSettle(ledger, entry);
    case "edit":
      return foldEdit(ledger, entry.edit);
  }
}

function foldBegin(ledger: Ledger, { operation }: BeginEntry): string | undefined {
  if (ledger.open.has(operation.intent)) return `intent ${operation.intent} begins twice`;
  ledger.open.set(operation.intent, operation);
  return undefined;
}

function foldEnd(ledger: Ledger, { intent, ending }: EndEntry): string | undefined {
  const operation = ledger.open.get(intent);
  if (operation === undefined) return `intent ${intent} ends without having begun`;
  // Unknown is no end: the operation stays open until a reading or a repeat settles it.
  if (ending.is === "unknown") return undefined;
  ledger.open.delete(intent);
  if (ending.is === "done") foldDone(ledger, operation, ending);
  return undefined;
}

function foldSettle(
  ledger: Ledger,
  { intent, address, resource }: SettleEntry,
): string | undefined {
  const operation = ledger.open.get(intent);
  if (operation === undefined) return `intent ${intent} is settled without having begun`;
  ledger.open.delete(intent);
  const before = ledger.resources.get(address);
  if (resource === null) {
    ledger.resources.delete(address);
    return undefined;
  }
  if (before !== undefined && before.id !== resource.id) owe(ledger, operation, before);
  ledger.resources.set(address, resource);
  return undefined;
}

function foldDone(
  ledger: Ledger,
  operation: OpenOperation,
  ending: StepEnding & { readonly is: "done" },
): void {
  const { address, objectId, wish } = operation;
  closeEarlier(ledger, operation);
  const before = ledger.resources.get(address);
  if (wish === undefined) {
    if (before?.id === objectId) ledger.resources.delete(address);
    return;
  }
  if (before !== undefined && before.id !== objectId) owe(ledger, operation, before);
  ledger.resources.set(address, {
    ...wish,
    revision: ending.revision,
    host: ending.host ?? wish.host,
    condition: ending.condition,
    outputs: ending.outputs ?? wish.outputs,
  });
}

/** A call that is done settles every earlier one for the same object: calls repeat safely. */
function closeEarlier(ledger: Ledger, { objectId, provider }: OpenOperation): void {
  if (ledger.open.size === 0) return;
  for (const [intent, open] of ledger.open) {
    if (open.objectId === objectId && open.provider === provider) ledger.open.delete(intent);
  }
}

/** The object that a create-first replacement leaves behind is still owed its removal. */
function owe(ledger: Ledger, by: OpenOperation, before: RecordedResource): void {
  const owed = owedRemoval(by, before);
  ledger.open.set(owed.intent, owed);
}

function foldEdit(ledger: Ledger, edit: StateEdit): string | undefined {
  switch (edit.is) {
    case "put":
      ledger.resources.set(edit.resource.address, edit.resource);
      return undefined;
    case "remove":
      if (!ledger.resources.delete(edit.address)) return `nothing is recorded at ${edit.address}`;
      return undefined;
    case "move":
      if (!ledger.resources.delete(edit.from)) return `nothing is recorded at ${edit.from}`;
      ledger.resources.set(edit.resource.address, edit.resource);
      return undefined;
  }
}
