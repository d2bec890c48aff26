/** What a plan would ask placement: resources, objects and changes made into a problem. */
import type { Address } from "../../../../engine/model/address.ts";
import type { Change } from "../../../../engine/model/change.ts";
import type { DesiredResource, DesiredState } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type { JsonObject } from "../../../../engine/model/json.ts";
import type { ObservedObject } from "../../../../engine/model/observation.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { RecordedResource, RecordedState } from "../../../../engine/model/recorded.ts";
import { buildProblem } from "../../../../engine/place/problem/problem.ts";
import { demand, GIB, host, terms } from "../builders.ts";

const SOURCE = { path: "shop.yaml", document: 0, pointer: "" };

/** A declared Pod of namespace `shop` that runs. */
export function declared(name: string, given: Partial<DesiredResource> = {}): DesiredResource {
  return {
    address: `pod/shop/${name}`,
    kindKey: "core/Pod",
    apiVersion: "v1",
    kind: "pod",
    namespace: "shop",
    name,
    provider: "sim",
    attributes: { metadata: { labels: { app: name } } },
    rules: { timing: [], lists: [], sensitive: [], replaceOrder: "delete-first" },
    dependsOn: [],
    owner: undefined,
    workload: {
      demand: demand(),
      scheduling: terms(),
      pinHost: undefined,
      poweredOn: true,
      pool: "pool/shop",
      group: undefined,
      rolloutWave: 0,
      lifetime: "long",
    },
    host: undefined,
    behaviour: {
      preventDestroy: false,
      adopt: undefined,
      paused: false,
      allowPowerOff: "window",
      balance: true,
    },
    source: SOURCE,
    readOnly: false,
    ...given,
  };
}

/** What the workload of a declared Pod has otherwise. */
export const workloadTerms = (
  given: Partial<NonNullable<DesiredResource["workload"]>>,
): Pick<DesiredResource, "workload"> => {
  const { workload } = declared("x");
  if (workload === undefined) throw new Error("a Pod has workload terms");
  return { workload: { ...workload, ...given } };
};

/** What `resolve` writes into the attributes of a machine. */
export const sized = (cpuMillicores: number, memoryBytes: number): JsonObject => ({
  metadata: { labels: { app: "seen" } },
  sizing: {
    vcpus: 1,
    cpuMillicores,
    memoryBytes,
    reservation: { cpuMillicores, memoryBytes },
    overheadBytes: 0,
  },
});

/** A machine of namespace `shop` that runs on host a, unless given otherwise. */
export function observed(id: string, given: Partial<ObservedObject> = {}): ObservedObject {
  return {
    id,
    provider: "sim",
    kind: "pod",
    namespace: "shop",
    name: id,
    attributes: sized(1000, GIB),
    revision: "1",
    tag: undefined,
    host: "a",
    power: "on",
    active: undefined,
    status: {},
    ...given,
  };
}

/** What `diff` says of that Pod: nothing to do, unless given otherwise. */
export function change(name: string, given: Partial<Change> = {}): Change {
  return {
    address: `pod/shop/${name}`,
    action: "noop",
    reasons: [],
    fields: [],
    timing: "live",
    objectId: name,
    observedRevision: "1",
    observedHost: "a",
    needsHost: false,
    source: undefined,
    ...given,
  };
}

/** A Pod that is to be made and needs a host. */
export const creation = (name: string): Change =>
  change(name, {
    action: "create",
    objectId: undefined,
    observedRevision: undefined,
    observedHost: undefined,
    needsHost: true,
  });

interface Story {
  readonly resources?: readonly DesiredResource[];
  readonly hosts?: readonly Host[];
  readonly objects?: readonly ObservedObject[];
  /** Ids equal the last part of the address. */
  readonly recorded?: readonly string[];
  readonly changes?: readonly Change[];
}

function recordedState(names: readonly string[]): RecordedState {
  const resources = names.map((name): [Address, RecordedResource] => {
    const address: Address = name.includes("/") ? (name as Address) : `pod/shop/${name}`;
    return [
      address,
      {
        address,
        id: name,
        kind: address.split("/")[0],
        name: address.split("/").at(-1),
      } as unknown as RecordedResource,
    ];
  });
  return { resources: new Map(resources) } as unknown as RecordedState;
}

/** The problem of that story. */
export function build(story: Story): PlacementProblem {
  const desired = {
    resources: new Map((story.resources ?? []).map((each) => [each.address, each])),
    pools: [],
    policies: [],
    disruption: [],
  } as unknown as DesiredState;
  return buildProblem({
    desired,
    observation: {
      readings: [],
      hosts: story.hosts ?? [host("a")],
      objects: story.objects ?? [],
      digest: "",
    },
    recorded: recordedState(story.recorded ?? []),
    diff: { changes: story.changes ?? [], drift: [] },
    seed: 7,
  });
}

/** Key, wish and host of each. */
export const brief = (
  workloads: readonly PlacementWorkload[] | undefined,
): readonly (readonly [string, string, string | undefined])[] =>
  (workloads ?? []).map(({ key, wish, at }) => [key, wish, at]);
