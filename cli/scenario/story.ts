import {
  arrayAt,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  member,
  numberAt,
  objectAt,
  stringAt,
} from "../../engine/model/json.ts";
import type { FlagValues } from "../command.ts";
import { usageError } from "../exit.ts";
import { parseDuration } from "../options.ts";

/** What one step does: a deed in the world behind vpac's back, or a command of vpac. */
export type Act =
  | {
      readonly is: "deed";
      readonly deed: string;
      readonly target: string;
      readonly flags: FlagValues;
    }
  | { readonly is: "apply" | "rebalance" };

export interface StoryStep {
  readonly atMs: number;
  /** As it is written. */
  readonly at: string;
  readonly act: Act;
}

/** What must hold once everything up to that time has happened. */
export interface Expectation {
  readonly atMs: number;
  readonly running:
    | {
        readonly namespace: string | undefined;
        readonly address: string | undefined;
        readonly min: number | undefined;
        readonly max: number | undefined;
      }
    | undefined;
  readonly hostsMin: number | undefined;
  readonly movesMax: number | undefined;
  readonly converged: boolean | undefined;
}

interface Story {
  readonly steps: readonly StoryStep[];
  readonly expectations: readonly Expectation[];
}

/** Steps in the order of their times; what the simulator cannot do is refused before the first. */
export function storyOf(scenario: JsonObject): Story {
  const steps = arrayAt(scenario, "spec", "steps").map((step): StoryStep => {
    const at = stringAt(step, "at") ?? "0s";
    return { at, atMs: parseDuration(at, "at"), act: actOf(step) };
  });
  const endMs = steps.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
  return {
    steps: steps.toSorted((left, right) => left.atMs - right.atMs),
    expectations: arrayAt(scenario, "spec", "expect")
      .map((item) => expectationOf(item, endMs))
      .toSorted((left, right) => left.atMs - right.atMs),
  };
}

function actOf(step: JsonValue): Act {
  if (member(step, "apply") === true) return { is: "apply" };
  if (member(step, "rebalance") === true) return { is: "rebalance" };
  const load = objectAt(step, "load");
  if (Object.keys(load).length > 0) return deed("load", workloadOf(load), loadFlags(load));
  const maintenance = stringAt(step, "maintenance", "host");
  if (maintenance !== undefined) {
    const isOver = member(step, "maintenance", "enabled") === false;
    return deed(isOver ? "restore" : "maintenance", maintenance);
  }
  return faultOf(step) ?? handOf(step) ?? notSimulated(step);
}

const deed = (name: string, target: string, flags: FlagValues = {}): Act => ({
  is: "deed",
  deed: name,
  target,
  flags,
});

/** Hosts fail and come back; a machine that fails is off. */
function faultOf(step: JsonValue): Act | undefined {
  const failed = stringAt(step, "fail", "host");
  if (failed !== undefined) return deed("fail", failed);
  const back = stringAt(step, "recover", "host");
  if (back !== undefined) return deed("restore", back);
  const broken = objectAt(step, "fail");
  if (isMachine(broken)) return deed("power-off", workloadOf(broken));
  const mended = objectAt(step, "recover");
  return isMachine(mended) ? deed("power-on", workloadOf(mended)) : undefined;
}

const isMachine = (what: JsonObject): boolean =>
  typeof what["vm"] === "string" || typeof what["pod"] === "string";

/** What somebody with another client does. */
function handOf(step: JsonValue): Act | undefined {
  const deleted = stringAt(step, "delete", "address");
  if (deleted !== undefined) return deed("delete", deleted);
  const switched = stringAt(step, "power", "address");
  const state = stringAt(step, "power", "state");
  if (switched === undefined || (state !== "on" && state !== "off")) return undefined;
  return deed(`power-${state}`, switched);
}

function notSimulated(step: JsonValue): never {
  const { at: _at, ...what } = isJsonObject(step) ? step : {};
  throw usageError(
    `the simulator cannot do this step: ${JSON.stringify(what)}`,
    "steps are load, fail, recover, maintenance, power, delete, apply and rebalance",
  );
}

/** `vm: db-0`, `vm: shop/db-0`, or a whole address. */
function workloadOf(what: JsonObject): string {
  const address = stringAt(what, "address");
  if (address !== undefined) return address;
  const kind = typeof what["vm"] === "string" ? "vm" : "pod";
  const name = stringAt(what, kind) ?? "";
  if (name.includes("/")) return `${kind}/${name}`;
  return `${kind}/${stringAt(what, "namespace") ?? "default"}/${name}`;
}

const loadFlags = (load: JsonObject): FlagValues => ({
  ...(load["cpu"] === undefined ? {} : { cpu: textOf(load["cpu"]) }),
  ...(load["memory"] === undefined ? {} : { memory: textOf(load["memory"]) }),
});

const textOf = (value: JsonValue): string =>
  typeof value === "string" ? value : JSON.stringify(value);

function expectationOf(item: JsonValue, endMs: number): Expectation {
  const time = stringAt(item, "at") ?? stringAt(item, "within");
  const running = objectAt(item, "running");
  const isCounted = member(item, "running") !== undefined;
  const converged = member(item, "converged");
  return {
    atMs: time === undefined ? endMs : parseDuration(time, "expect"),
    running: isCounted
      ? {
          namespace: stringAt(running, "namespace"),
          address: stringAt(running, "address"),
          min: numberAt(running, "min"),
          max: numberAt(running, "max"),
        }
      : undefined,
    hostsMin: numberAt(item, "hosts", "min"),
    movesMax: numberAt(item, "moves", "max"),
    converged: typeof converged === "boolean" ? converged : undefined,
  };
}
