import type { Amounts } from "../model/demand.ts";
import type { JsonObject } from "../model/json.ts";
import { objectAt, stringAt } from "../model/json.ts";
import type { Container, PodAmounts } from "./containers.ts";
import { sumOverSteps } from "./containers.ts";
import type { QuantityReader, ResourceList } from "./quantities.ts";

/** Settings of Pod sizing (rows S11-S15); per Supervisor, each field overridable per namespace. */
export interface SizingSettings {
  /** Size of a container that states no limit. */
  readonly defaultContainer: Amounts;
  /** Extra for kernel and in-Pod agent, once per Pod. */
  readonly padding: Amounts;
  /** `tight` lets a limit below the default win (CON-2). */
  readonly sizing: "literal" | "tight";
}

const MEBIBYTE = 2 ** 20;

/** Values of DEC-1. */
export const SIZING_DEFAULTS: SizingSettings = Object.freeze({
  defaultContainer: { cpuMillicores: 300, memoryBytes: 512 * MEBIBYTE },
  padding: { cpuMillicores: 100, memoryBytes: 100 * MEBIBYTE },
  sizing: "literal",
});

/** Reads a `pods` block of a Supervisor or a namespace on top of what is set above it. */
export function readSizing(
  block: JsonObject,
  above: SizingSettings,
  read: QuantityReader,
): SizingSettings {
  const amounts = (name: "defaultContainer" | "padding"): Amounts => {
    const given = objectAt(block, name);
    return {
      cpuMillicores: read.cpu(given["cpu"]) ?? above[name].cpuMillicores,
      memoryBytes: read.bytes(given["memory"]) ?? above[name].memoryBytes,
    };
  };
  const sizing = stringAt(block, "sizing");
  const isTight = sizing === "tight" || sizing === "limits";
  return {
    defaultContainer: amounts("defaultContainer"),
    padding: amounts("padding"),
    sizing: isTight ? "tight" : sizing === "literal" ? "literal" : above.sizing,
  };
}

function containerSize(
  container: Container,
  name: "cpu" | "memory",
  settings: SizingSettings,
): number {
  const standard =
    name === "cpu"
      ? settings.defaultContainer.cpuMillicores
      : settings.defaultContainer.memoryBytes;
  const request = container.request[name] ?? 0;
  const limit = container.limit[name];
  if (settings.sizing === "tight" && limit !== undefined) return Math.max(request, limit);
  return Math.max(standard, request, limit ?? 0);
}

/** Number of whole vCPUs for a size; a machine has at least one (row S16). */
const wholeCpus = (cpuMillicores: number): number => Math.max(1, Math.ceil(cpuMillicores / 1000));

/**
 * Size of the VM of a vSphere Pod: per container the largest of default, request and limit,
 * summed, plus padding once (rows S13-S15). It never looks at a host (row S11).
 */
export function podSize(pod: PodAmounts, settings: SizingSettings): Amounts & { vcpus: number } {
  const sum = sumOverSteps(
    pod.containers,
    (container): ResourceList => ({
      cpu: containerSize(container, "cpu", settings),
      memory: containerSize(container, "memory", settings),
    }),
  );
  const whole = (name: "cpu" | "memory"): number => {
    const { limit, request } = pod.podLevel ?? {};
    const inside = limit?.[name] ?? Math.max(sum[name] ?? 0, request?.[name] ?? 0);
    return inside + (pod.overhead[name] ?? 0);
  };
  const cpuMillicores = whole("cpu") + settings.padding.cpuMillicores;
  const memoryBytes = whole("memory") + settings.padding.memoryBytes;
  return { cpuMillicores, memoryBytes, vcpus: wholeCpus(cpuMillicores) };
}
