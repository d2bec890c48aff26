/** Turns ordered drafts into steps whose every argument is literal, numbered as they can run. */
import { InternalError } from "../diagnostics/assert.ts";
import type { Address } from "../model/address.ts";
import { compareText } from "../model/canonical.ts";
import type { RestartPriorities } from "../model/desired.ts";
import type { Step } from "../model/plan.ts";
import { compact } from "./compact.ts";
import { ordered } from "../model/canonical.ts";
import type { Draft } from "./drafts.ts";
import type { Entry } from "./entry.ts";
import type { Graph } from "./graph.ts";

const MINUTE_MS = 60_000;
const DEADLINE_MS_DEFAULT = 2 * MINUTE_MS;

/** Longest time one call on a kind may take before its outcome counts as unknown. */
const DEADLINES_MS: Readonly<Record<string, number>> = {
  pod: 5 * MINUTE_MS,
  vm: 10 * MINUTE_MS,
  vol: 10 * MINUTE_MS,
  tkc: 30 * MINUTE_MS,
  cluster: 30 * MINUTE_MS,
  kubeadmcontrolplane: 30 * MINUTE_MS,
  machinedeployment: 30 * MINUTE_MS,
  supervisor: 30 * MINUTE_MS,
  host: 15 * MINUTE_MS,
};

/** Removals that take another time than the other calls: a cluster goes node by node. */
const REMOVAL_DEADLINES_MS: Readonly<Record<string, number>> = {
  tkc: 20 * MINUTE_MS,
  cluster: 20 * MINUTE_MS,
};

/** A move may have to bring the disks along, and gives up by itself when nothing flows. */
const MOVE_DEADLINE_MS = 120 * MINUTE_MS;

type ObjectIds = (address: Address, replaces: string | undefined) => string;

/** What the order of steps and their ids follow from. */
interface StepBasis {
  readonly graph: Graph;
  readonly idOf: ObjectIds;
  readonly restarts: RestartPriorities | undefined;
}

/**
 * Steps in the order of their waves, inside a wave by the priority with which they restart what
 * has lost its host, then by address; ids count from `s-1`.
 */
export function finishSteps(
  drafts: readonly Draft[],
  { graph, idOf, restarts }: StepBasis,
): Step[] {
  const wave = (node: number): number => graph.wave[node] ?? 0;
  const urgency = (node: number): number =>
    restarts === undefined ? 0 : urgencyOf(drafts[node]?.entry, restarts);
  const address = (node: number): string => drafts[node]?.entry.address ?? "";
  const nodes = [...drafts.keys()].sort(
    (left, right) =>
      wave(left) - wave(right) ||
      urgency(right) - urgency(left) ||
      compareText(address(left), address(right)) ||
      left - right,
  );
  const names = new Map(nodes.map((node, index) => [node, `s-${index + 1}`]));
  const position = new Map(nodes.map((node, index) => [node, index]));
  const steps: Step[] = [];
  for (const node of nodes) {
    const draft = drafts[node];
    if (draft === undefined) continue;
    const after = [...(graph.after[node] ?? [])]
      .sort((left, right) => (position.get(left) ?? 0) - (position.get(right) ?? 0))
      .map((other) => names.get(other) ?? "");
    const { previous } = draft.leg ?? {};
    const before = previous === undefined ? undefined : names.get(previous);
    const place = { id: names.get(node) ?? "", after, wave: wave(node), before };
    steps.push(stepOf(draft, idOf, place));
  }
  return steps;
}

/** Only what is started again after a host failure is more or less urgent than anything else. */
function urgencyOf(entry: Entry | undefined, restarts: RestartPriorities): number {
  if (entry?.reasons.some(({ code }) => code === "host-failed") !== true) return 0;
  return restarts.get(entry.desired?.namespace ?? "") ?? 0;
}

interface StepPlace extends Pick<Step, "id" | "after" | "wave"> {
  /** The step that moved the same workload before. */
  readonly before: string | undefined;
}

function stepOf(draft: Draft, idOf: ObjectIds, place: StepPlace): Step {
  const { entry, verb, mode, leg } = draft;
  const noun = nounOf(entry);
  return compact<Step>({
    action: entry.action,
    address: entry.address,
    after: place.after,
    apiVersion: noun.apiVersion,
    attributes: verb === "remove" || mode === "forget" ? {} : attributesOf(entry),
    deadlineMs: deadlineMsOf(entry, draft),
    expect: verb === "create" ? "absent" : expectationOf(entry, place.before),
    host: verb === "remove" ? entry.from : (leg?.to ?? entry.host),
    id: place.id,
    kind: entry.kind,
    kindKey: noun.kindKey,
    mode,
    name: noun.name,
    namespace: noun.namespace,
    objectId: verb === "create" ? newId(entry, idOf) : (entry.change.objectId ?? noun.id),
    provider: noun.provider,
    record: recordOf(draft),
    verb,
    wave: place.wave,
    willNotStart: entry.willNotStart,
  });
}

function deadlineMsOf({ kind, from, host }: Entry, { verb, mode }: Draft): number {
  const removal = verb === "remove" ? REMOVAL_DEADLINES_MS[kind] : undefined;
  const isElsewhere = from !== undefined && host !== undefined && from !== host;
  const isMove = verb === "update" && (mode === "move" || isElsewhere);
  return removal ?? (isMove ? MOVE_DEADLINE_MS : (DEADLINES_MS[kind] ?? DEADLINE_MS_DEFAULT));
}

/** Put in order here once, so that no later reader of the plan has to. */
const attributesOf = ({ desired }: Entry): Step["attributes"] =>
  desired === undefined ? {} : ordered(desired.attributes);

/** A replacement gets a new id; a create that was begun before keeps the id it began with. */
function newId(entry: Entry, idOf: ObjectIds): string {
  if (entry.action === "create" && entry.change.objectId !== undefined) {
    return entry.change.objectId;
  }
  return idOf(entry.address, entry.change.objectId);
}

function expectationOf(entry: Entry, before: string | undefined): Step["expect"] {
  if (before !== undefined) return { step: before };
  const revision = entry.observed?.revision ?? entry.change.observedRevision;
  return revision === undefined ? "absent" : { revision };
}

type Noun = Pick<Step, "apiVersion" | "kindKey" | "name" | "provider"> & {
  readonly namespace: string | undefined;
  readonly id: string;
};

/** What the step is about: what is taken away is named by the record, all else by the wish. */
function nounOf(entry: Entry): Noun {
  const { desired, recorded, observed } = entry;
  const isRemoval = entry.action === "delete" || entry.action === "forget";
  const known = isRemoval ? (recorded ?? desired) : (desired ?? recorded);
  if (known !== undefined) return { ...known, id: recorded?.id ?? "" };
  if (observed !== undefined) return { ...observed, apiVersion: "", kindKey: "" };
  throw new InternalError(`nothing is known about ${entry.address}, which is to be changed`);
}

function recordOf({ entry, verb, mode }: Draft): Step["record"] | undefined {
  const { desired } = entry;
  if (desired === undefined || verb === "remove" || mode === "forget") return undefined;
  return compact<NonNullable<Step["record"]>>({
    attributes: undefined,
    dependsOn: desired.dependsOn,
    owner: desired.owner,
    preventDestroy: desired.behaviour.preventDestroy,
  });
}
