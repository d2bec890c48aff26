import type { Fix, PlacementWorkload } from "../model/placement.ts";
import type { Taint } from "../model/scheduling.ts";
import { cpuText, memoryText } from "./amounts.ts";
import { applicantOf } from "./applicant.ts";
import type { WorkloadClass } from "./classes.ts";
import { hostGate, poolGate } from "./gates.ts";
import type { Ledger } from "./ledger.ts";
import { withAmounts } from "./resize.ts";
import { Standing } from "./standing.ts";
import { untoleratedTaint } from "./selectors.ts";
import { percentOf } from "./units.ts";
import { codeOf, type HostVerdictCache } from "./verdict.ts";

const MEBIBYTE = 1_048_576;
/** Taints and rules tried each; more would not be read. */
const ALTERNATIVES_MAX = 4;

/** An edit that may help, before it was tried. */
interface Proposal {
  /** Lower is easier on the user: small cuts, then a toleration, then a rule, then large cuts. */
  readonly cost: number;
  readonly description: string;
  readonly edits: Fix["edits"];
  readonly edited: PlacementWorkload;
  /** Host the proposal is made for; undefined when any will do. */
  readonly host: number | undefined;
}

const COST_TOLERATION = 30;
const COST_RULE = 60;

/**
 * The cheapest edits that give the workload a host as things are after the plan. Every one was
 * tried: with it a host takes the workload. At most `countMax` of them.
 */
export function fixesFor(
  workloadClass: WorkloadClass,
  world: { readonly ledger: Ledger; readonly cache: HostVerdictCache },
  countMax: number,
): readonly Fix[] {
  const { ledger, cache } = world;
  const workload = workloadClass.sample;
  const standing = standingOf(workloadClass, world);
  const proposals = [
    ...cutProposals(workload, standing),
    ...tolerationProposals(workload, standing),
    ...ruleProposals(workload),
  ].sort((left, right) => left.cost - right.cost);
  const fixes: Fix[] = [];
  for (const proposal of proposals) {
    if (fixes.length >= countMax) break;
    const edited = ledger.classes.classOf(proposal.edited);
    if (hostGate(edited, ledger) !== undefined || poolGate(edited, ledger) !== undefined) continue;
    const tried = standingOf(edited, { ledger, cache });
    const isTaken = proposal.host !== undefined && tried.reasons[proposal.host] === 0;
    const host = isTaken ? proposal.host : tried.best();
    const name = host === undefined ? undefined : ledger.hosts[host]?.name;
    if (name === undefined) continue;
    fixes.push({ description: proposal.description, host: name, edits: proposal.edits });
  }
  return fixes;
}

const standingOf = (
  workloadClass: WorkloadClass,
  { ledger, cache }: { readonly ledger: Ledger; readonly cache: HostVerdictCache },
): Standing =>
  new Standing(
    applicantOf(workloadClass, ledger),
    ledger,
    cache.of(workloadClass, ledger),
    "brute",
  );

const ROOM_CODES: ReadonlySet<string> = new Set([
  "cpu-short",
  "mem-short",
  "cpu-unreserved",
  "mem-unreserved",
  "size-exceeds-host",
]);

/** Smaller requests, for the host on which the least has to be given up. */
function cutProposals(
  workload: PlacementWorkload,
  { ledger, reasons }: Standing,
): readonly Proposal[] {
  let best: { readonly host: number; readonly cost: number } | undefined;
  for (let host = 0; host < reasons.length; host++) {
    if (!ROOM_CODES.has(codeOf(reasons[host] ?? 0) ?? "")) continue;
    const room = roomOn(host, workload, ledger);
    const cost = cutOf(workload, room);
    if (room.cpuMillicores <= 0 || room.memoryBytes <= 0) continue;
    if (best === undefined || cost < best.cost) best = { host, cost };
  }
  if (best === undefined) return [];
  return [cutProposal(workload, roomOn(best.host, workload, ledger), best)];
}

interface Room {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

/** What the host could give: the tighter of free requests and unreserved memory less overhead. */
function roomOn(host: number, { demand }: PlacementWorkload, ledger: Ledger): Room {
  const cpu = ledger.allocatableCpu[host] ?? 0;
  const memory = ledger.allocatableMemory[host] ?? 0;
  const cpuTaken = Math.max(ledger.requestedCpu[host] ?? 0, ledger.reservedCpu[host] ?? 0);
  const memoryFree = Math.min(
    memory - (ledger.requestedMemory[host] ?? 0),
    memory - (ledger.reservedMemory[host] ?? 0) - demand.overheadBytes,
    ledger.hosts[host]?.capacity.memoryBytes ?? 0,
  );
  return {
    cpuMillicores: Math.min(cpu - cpuTaken, ledger.hosts[host]?.capacity.cpuMillicores ?? 0),
    memoryBytes: Math.floor(memoryFree / MEBIBYTE) * MEBIBYTE,
  };
}

/** Per cent of CPU and memory that would have to be given up, the larger one. */
function cutOf({ demand }: PlacementWorkload, room: Room): number {
  const cpu = Math.max(demand.request.cpuMillicores, demand.reservation.cpuMillicores);
  const memory = Math.max(demand.request.memoryBytes, demand.reservation.memoryBytes);
  return Math.max(
    percentOf(Math.max(0, cpu - room.cpuMillicores), cpu),
    percentOf(Math.max(0, memory - room.memoryBytes), memory),
  );
}

function cutProposal(
  workload: PlacementWorkload,
  room: Room,
  { host, cost }: { readonly host: number; readonly cost: number },
): Proposal {
  const { request } = workload.demand;
  const cpuMillicores = Math.min(request.cpuMillicores, room.cpuMillicores);
  const memoryBytes = Math.min(request.memoryBytes, room.memoryBytes);
  const edits = [
    ...cutEdit("memory", memoryText(request.memoryBytes), memoryText(memoryBytes)),
    ...cutEdit("cpu", cpuText(request.cpuMillicores), cpuText(cpuMillicores)),
  ];
  return {
    cost,
    description: edits.map(({ name, from, to }) => `${name} ${from} -> ${to}`).join(", "),
    edits: edits.map(({ name, from, to }) => ({ path: `/resources/requests/${name}`, from, to })),
    edited: withAmounts(workload, { cpuMillicores, memoryBytes }),
    host,
  };
}

const cutEdit = (
  name: string,
  from: string,
  to: string,
): readonly { readonly name: string; readonly from: string; readonly to: string }[] =>
  from === to ? [] : [{ name, from, to }];

/** A toleration for each taint that keeps the workload off some host. */
function tolerationProposals(
  workload: PlacementWorkload,
  { ledger, reasons }: Standing,
): readonly Proposal[] {
  const { scheduling } = workload;
  const taints = new Map<string, Taint>();
  for (let host = 0; host < reasons.length && taints.size < ALTERNATIVES_MAX; host++) {
    if (codeOf(reasons[host] ?? 0) !== "taint") continue;
    const taint = untoleratedTaint(ledger.hosts[host]?.taints ?? [], scheduling.tolerations);
    if (taint !== undefined) taints.set(`${taint.key}=${taint.value}:${taint.effect}`, taint);
  }
  return [...taints].map(([text, { key, value, effect }]): Proposal => {
    const toleration = { key, operator: "Equal", value, effect } as const;
    return {
      cost: COST_TOLERATION,
      description: `tolerate the taint ${text}`,
      edits: [{ path: "/spec/tolerations/-", from: undefined, to: text }],
      edited: {
        ...workload,
        scheduling: { ...scheduling, tolerations: [...scheduling.tolerations, toleration] },
      },
      host: undefined,
    };
  });
}

/** Each rule that must hold, left out in turn. */
function ruleProposals(workload: PlacementWorkload): readonly Proposal[] {
  const { scheduling } = workload;
  const { podAffinity, podAntiAffinity, nodeAffinity } = scheduling;
  const without = (
    what: string,
    path: string,
    change: Partial<PlacementWorkload["scheduling"]>,
  ): Proposal => ({
    cost: COST_RULE,
    description: `drop ${what}`,
    edits: [{ path, from: what, to: "" }],
    edited: { ...workload, scheduling: { ...scheduling, ...change } },
    host: undefined,
  });
  const antiAffinity = podAntiAffinity.required.slice(0, ALTERNATIVES_MAX).map((dropped) =>
    without(`anti-affinity ${dropped.rule}`, "/spec/affinity/podAntiAffinity", {
      podAntiAffinity: {
        ...podAntiAffinity,
        required: podAntiAffinity.required.filter((term) => term !== dropped),
      },
    }),
  );
  const spread = scheduling.spread
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule")
    .slice(0, ALTERNATIVES_MAX)
    .map((dropped) =>
      without(`spread over ${dropped.topologyKey}`, "/spec/topologySpreadConstraints", {
        spread: scheduling.spread.filter((constraint) => constraint !== dropped),
      }),
    );
  const rules = [...new Set(podAffinity.required.map(({ rule }) => rule))].join(", ");
  const affinity = without(`affinity ${rules}`, "/spec/affinity/podAffinity", {
    podAffinity: { ...podAffinity, required: [] },
  });
  const hosts = without("the node selector and required node affinity", "/spec/nodeSelector", {
    nodeSelector: {},
    nodeAffinity: { ...nodeAffinity, required: undefined },
  });
  const hasHostTerms =
    nodeAffinity.required !== undefined || Object.keys(scheduling.nodeSelector).length > 0;
  return [
    ...antiAffinity,
    ...spread,
    ...(podAffinity.required.length > 0 ? [affinity] : []),
    ...(hasHostTerms ? [hosts] : []),
    ...unpinned(workload),
  ];
}

function unpinned(workload: PlacementWorkload): readonly Proposal[] {
  if (workload.pinHost === undefined) return [];
  return [
    {
      cost: COST_RULE,
      description: `drop the pin to ${workload.pinHost}`,
      edits: [{ path: "/metadata/annotations/vpac.dev~1pin-host", from: workload.pinHost, to: "" }],
      edited: { ...workload, pinHost: undefined },
      host: undefined,
    },
  ];
}
