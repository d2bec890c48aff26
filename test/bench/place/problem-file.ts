import {
  arrayAt,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../engine/model/json.ts";
import type { Amounts, Demand } from "../../../engine/model/demand.ts";
import type { Host } from "../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import { FREE_TERMS } from "../../../engine/model/scheduling.ts";
import { problemShape } from "./problem-shape.ts";

/** The file is no placement problem; the message says where. */
export class ProblemError extends Error {}

const NOTHING: Amounts = { cpuMillicores: 0, memoryBytes: 0 };
const EPHEMERAL_BYTES = 2 ** 40;
const PODS_MAX = 1000;
const BYTE_ORDER_MARK = /^\uFEFF/;
/** So much of a wrong value is repeated. */
const SHOWN_MAX = 60;

function hostOf(given: JsonObject): Host {
  const { name, capacity, allocatable } = given as unknown as Host;
  const whole = {
    ephemeralStorageBytes: EPHEMERAL_BYTES,
    ...(capacity as Partial<typeof capacity>),
  } as Host["capacity"];
  return {
    provider: "",
    cluster: "default",
    connection: "connected",
    unschedulable: false,
    memoryPressure: false,
    taints: [],
    cpuMhz: 2400,
    active: NOTHING,
    numa: [],
    runtimes: ["vmx", "crx"],
    datastores: [],
    networks: [],
    images: [],
    planned: false,
    ...(given as Partial<Host>),
    name,
    labels: { "kubernetes.io/hostname": name, ...(given["labels"] as Host["labels"] | undefined) },
    capacity: whole,
    allocatable: { ...whole, pods: PODS_MAX, extended: {}, ...(allocatable as object | undefined) },
  };
}

function demandOf(given: Demand): Demand {
  const { size } = given;
  const reservation = (given.reservation as Amounts | undefined) ?? NOTHING;
  return {
    limit: {},
    overheadBytes: 0,
    shares: "normal",
    ...(given as Partial<Demand>),
    size: { ...size, vcpus: size.vcpus || Math.max(1, Math.ceil(size.cpuMillicores / 1000)) },
    reservation,
    request: {
      ...reservation,
      ephemeralStorageBytes: 0,
      extended: {},
      nonZero: reservation,
      ...(given.request as object | undefined),
    },
  };
}

function workloadOf(given: JsonObject): PlacementWorkload {
  const { key, at, demand } = given as unknown as PlacementWorkload;
  return {
    namespace: "default",
    labels: {},
    at: undefined,
    wish: at === undefined ? "place" : "keep",
    pinHost: undefined,
    pool: undefined,
    group: undefined,
    active: undefined,
    poweredOn: true,
    ...(given as Partial<PlacementWorkload>),
    key,
    demand: demandOf(demand),
    scheduling: { ...FREE_TERMS, ...(given["scheduling"] as object | undefined) },
  };
}

const objectsAt = (value: JsonValue, key: string): readonly JsonObject[] =>
  arrayAt(value, key).filter(isJsonObject);

/** What is wrong at the path that the shape told. */
function complaint(problem: JsonValue, path: string): string {
  const value = valueAt(problem, path);
  if (value === undefined) return `${path} is missing`;
  const shown = JSON.stringify(value);
  const short = shown.length > SHOWN_MAX ? `${shown.slice(0, SHOWN_MAX)}...` : shown;
  return `${path === "" ? "/" : path} is unknown, or cannot be ${short}`;
}

/** Names in a path are not escaped, and one may have slashes, as those of labels do. */
function valueAt(value: JsonValue, path: string): JsonValue | undefined {
  if (path === "") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const name = Object.keys(value).find((key) => `${path}/`.startsWith(`/${key}/`));
  if (name === undefined) return undefined;
  return valueAt((value as JsonObject)[name]!, path.slice(1 + name.length));
}

/** CPU is summed over all of them, and sums have to be exact; memory is summed in MiB. */
function refuseHuge(hosts: readonly Host[], workloads: readonly PlacementWorkload[]): void {
  const sums = {
    "/hosts/*/capacity": hosts.reduce((sum, { capacity }) => sum + capacity.cpuMillicores, 0),
    "/workloads/*/demand/size": workloads.reduce(
      (sum, { demand }) => sum + demand.size.cpuMillicores,
      0,
    ),
  };
  for (const [where, sum] of Object.entries(sums)) {
    if (sum <= Number.MAX_SAFE_INTEGER) continue;
    throw new ProblemError(`${where}/cpuMillicores add up to ${sum}, which is not exact any more`);
  }
}

/** Keys name workloads and names hosts, so none may be there twice. */
function refuseTwins(names: readonly string[], where: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new ProblemError(`${where}: ${name} is there twice`);
    seen.add(name);
  }
}

/** What looks for another host may come from one that is gone; what stays has to be somewhere. */
function refuseLost(hosts: readonly Host[], workloads: readonly PlacementWorkload[]): void {
  const names = new Set(hosts.map(({ name }) => name));
  for (const { key, at, wish } of workloads) {
    if (wish !== "keep" || at === undefined || names.has(at)) continue;
    throw new ProblemError(`/workloads: ${key} stays on ${at}, which is no host`);
  }
}

/** Reads a problem; members that are absent get the defaults of docs/placement-problem.md. */
export function readProblem(source: string): PlacementProblem {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(source.replace(BYTE_ORDER_MARK, "")) as JsonValue;
  } catch (error) {
    throw new ProblemError(`it is not JSON: ${(error as Error).message}`);
  }
  const wrong = problemShape(parsed);
  if (wrong !== undefined) throw new ProblemError(complaint(parsed, wrong));
  const given = parsed as unknown as Partial<PlacementProblem>;
  const hosts = objectsAt(parsed, "hosts").map(hostOf);
  const workloads = objectsAt(parsed, "workloads").map(workloadOf);
  const leaving = objectsAt(parsed, "leaving").map(workloadOf);
  refuseTwins(
    hosts.map(({ name }) => name),
    "/hosts",
  );
  refuseTwins(
    workloads.map(({ key }) => key),
    "/workloads",
  );
  refuseLost(hosts, workloads);
  refuseHuge(hosts, [...workloads, ...leaving]);
  return {
    hosts,
    workloads,
    leaving,
    namespaces: given.namespaces ?? [],
    pools: (given.pools ?? []).map((pool) => ({ ...pool, shares: pool.shares ?? "normal" })),
    policies: given.policies ?? [],
    ...(given.balance === undefined ? {} : { balance: given.balance }),
    ...(given.disruption === undefined ? {} : { disruption: given.disruption }),
    ...(given.migration === undefined ? {} : { migration: given.migration }),
    ...(given.power === undefined ? {} : { power: given.power }),
    seed: given.seed ?? 0,
    limits: { candidatesMax: 2, rejectedMax: 4, fixesMax: 3, ...given.limits },
  };
}
