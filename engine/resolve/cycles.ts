import type { Address } from "../model/address.ts";
import { compareAddress } from "../model/address.ts";
import { pointerOf } from "../model/json.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import { problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";

type Drafts = ReadonlyMap<Address, Draft>;

/**
 * True when the order in which the drafts were added is one in which each comes after all it waits
 * for. That is so for most documents, and costs a third of taking the graph apart.
 */
function isInOrder(drafts: Drafts): boolean {
  const before = new Set<Address>();
  for (const [address, { dependsOn }] of drafts) {
    for (const target of dependsOn) {
      if (!before.has(target) && drafts.has(target)) return false;
    }
    before.add(address);
  }
  return true;
}

/** Addresses that are left when everything that waits for nothing has been taken away. */
function onCycles(drafts: Drafts): Set<Address> {
  const waitsFor = new Map<Address, number>();
  const waiters = new Map<Address, Address[]>();
  const ready: Address[] = [];
  for (const [address, draft] of drafts) {
    let count = 0;
    for (const target of draft.dependsOn) {
      if (!drafts.has(target)) continue;
      count++;
      const list = waiters.get(target);
      if (list === undefined) waiters.set(target, [address]);
      else list.push(address);
    }
    waitsFor.set(address, count);
    if (count === 0) ready.push(address);
  }
  const left = new Set(drafts.keys());
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    left.delete(next);
    for (const waiter of waiters.get(next) ?? []) {
      const count = (waitsFor.get(waiter) ?? 0) - 1;
      waitsFor.set(waiter, count);
      if (count === 0) ready.push(waiter);
    }
  }
  return left;
}

/** Walks from `start` along what is left until an address comes again. */
function walk(start: Address, drafts: Drafts, left: ReadonlySet<Address>): Address[] {
  const path: Address[] = [];
  const seen = new Map<Address, number>();
  let current: Address | undefined = start;
  while (current !== undefined && !seen.has(current)) {
    seen.set(current, path.length);
    path.push(current);
    const targets: Address[] = [...(drafts.get(current)?.dependsOn ?? [])].sort(compareAddress);
    current = targets.find((target) => left.has(target));
  }
  return current === undefined ? [] : path.slice(seen.get(current));
}

/** Starts a cycle at its first address, so that it is told the same way wherever it was found. */
function turned(cycle: readonly Address[]): Address[] {
  const first = [...cycle].sort(compareAddress)[0];
  const at = first === undefined ? 0 : cycle.indexOf(first);
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}

/** Reports every cycle among the edges, each once and in full; true when there is any. */
export function reportCycles(drafts: Drafts, context: Context): boolean {
  if (isInOrder(drafts)) return false;
  const left = onCycles(drafts);
  if (left.size === 0) return false;
  const told = new Set<Address>();
  for (const start of [...left].sort(compareAddress)) {
    if (told.has(start)) continue;
    const cycle = turned(walk(start, drafts, left));
    const isNew = cycle.length > 0 && !cycle.some((address) => told.has(address));
    for (const address of cycle) told.add(address);
    told.add(start);
    const [first] = cycle;
    const draft = first === undefined ? undefined : drafts.get(first);
    if (!isNew || draft === undefined || first === undefined) continue;
    const annotation = pointerOf("metadata", "annotations", "vpac.dev/depends-on");
    const isAnnotated = draft.document.annotations["vpac.dev/depends-on"] !== undefined;
    context.report(
      problemAt(CODES.cycle, draft.document, {
        pointer: isAnnotated ? annotation : "",
        detail: `These resources wait for each other: ${[...cycle, first].join(" -> ")}.`,
        help: ["remove one of these dependencies"],
        related: cycle.slice(1).flatMap((address) => {
          const other = drafts.get(address);
          return other === undefined
            ? []
            : [{ message: `${address} is here`, source: other.source }];
        }),
      }),
    );
  }
  return true;
}
