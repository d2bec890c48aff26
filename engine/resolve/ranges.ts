import type { JsonPointer, JsonValue } from "../model/json.ts";
import { arrayAt, objectAt, pointerOf } from "../model/json.ts";
import type { AddressRange } from "./cidr.ts";
import { overlaps, parseCidr } from "./cidr.ts";
import { readGuestCluster } from "./guest-clusters.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import { KEYS } from "./kind-keys.ts";

interface UsedRange {
  readonly range: AddressRange;
  readonly text: string;
  readonly document: Document;
  readonly pointer: JsonPointer;
  readonly use: "platform" | "segment" | "guest";
  readonly name: string;
}

/** Pod range of guest clusters that name none; it collides with many management networks. */
const GUEST_PODS_DEFAULT = "192.168.0.0/16";

function collect(cidrs: readonly JsonValue[], at: Omit<UsedRange, "range" | "text">): UsedRange[] {
  return cidrs.flatMap((text, index) => {
    const range = typeof text === "string" ? parseCidr(text) : undefined;
    if (typeof text !== "string" || range === undefined) return [];
    return [{ ...at, range, text, pointer: `${at.pointer}/${index}` }];
  });
}

function supervisorRanges(document: Document): UsedRange[] {
  const workload = objectAt(document.value, "spec", "networks", "workload");
  const at = (field: string): Omit<UsedRange, "range" | "text"> => ({
    document,
    pointer: pointerOf("spec", "networks", "workload", field),
    use: "platform",
    name: field,
  });
  const service = workload["serviceCIDR"];
  const serviceRanges = collect(service === undefined ? [] : [service], at("serviceCIDR"));
  return [
    ...["podCIDRs", "ingressCIDRs", "egressCIDRs"].flatMap((field) =>
      collect(arrayAt(workload, field), at(field)),
    ),
    ...serviceRanges.map((used) => ({ ...used, pointer: at("serviceCIDR").pointer })),
  ];
}

function guestRanges(document: Document): UsedRange[] {
  const { podCidrs, serviceCidrs } = readGuestCluster(document);
  const network =
    document.kind.key === KEYS.cluster
      ? pointerOf("spec", "clusterNetwork")
      : pointerOf("spec", "settings", "network");
  const at = (name: string): Omit<UsedRange, "range" | "text"> => ({
    document,
    pointer: `${network}/${name}/cidrBlocks`,
    use: "guest",
    name,
  });
  const standard = { ...at("pods"), pointer: "/spec" };
  return [
    ...(podCidrs.length === 0
      ? collect([GUEST_PODS_DEFAULT], standard).map((used) => ({ ...used, pointer: "/spec" }))
      : collect(podCidrs, at("pods"))),
    ...collect(serviceCidrs, at("services")),
  ];
}

function segmentRanges(document: Document): UsedRange[] {
  return collect(arrayAt(document.value, "spec", "cidrs"), {
    document,
    pointer: "/spec/cidrs",
    use: "segment",
    name: "cidrs",
  });
}

/** Guests do not see each other; ingress and egress ranges may lie inside one another. */
function mayShare(left: UsedRange, right: UsedRange): boolean {
  if (left.document === right.document) {
    const edges = ["ingressCIDRs", "egressCIDRs"];
    return left.name === right.name || (edges.includes(left.name) && edges.includes(right.name));
  }
  return left.use === "guest" && right.use === "guest";
}

function report(left: UsedRange, right: UsedRange, context: Context): void {
  const [first, second] = left.use === "guest" ? [right, left] : [left, right];
  context.report(
    problemAt(CODES.rangesOverlap, second.document, {
      pointer: second.pointer,
      severity: first.document === second.document ? "error" : "warning",
      detail:
        `${second.text} (${second.name} of ${named(second.document)}) overlaps ${first.text} ` +
        `(${first.name} of ${named(first.document)}).`,
      help: ["choose a range that nothing else uses"],
    }),
  );
}

/**
 * Overlaps among the address ranges of Supervisors, segments and guest clusters. Sweeps the ranges
 * by their start, so it looks at neighbours only.
 */
export function checkRanges(context: Context): void {
  const used = [
    ...context.documentsOf(KEYS.supervisor).flatMap(supervisorRanges),
    ...context.documentsOf(KEYS.segment).flatMap(segmentRanges),
    ...context.documentsOf(KEYS.tanzuCluster).flatMap(guestRanges),
    ...context.documentsOf(KEYS.cluster).flatMap(guestRanges),
  ].sort((left, right) => left.range.base - right.range.base || right.range.size - left.range.size);
  let open: UsedRange[] = [];
  for (const next of used) {
    open = open.filter(({ range }) => overlaps(range, next.range));
    const clash = open.find((other) => !mayShare(other, next));
    if (clash !== undefined) report(clash, next, context);
    if (next.use !== "guest" || open.length < OPEN_MAX) open.push(next);
  }
}

/** Guests with equal ranges never clash with each other; so many of them are looked back at. */
const OPEN_MAX = 64;
