import { suggest } from "../../engine/diagnostics/suggest.ts";
import { type PlanOutcome, podShape, reservedShape } from "../../engine/index.ts";
import type { Amounts } from "../../engine/model/demand.ts";
import type { PlacementWorkload } from "../../engine/model/placement.ts";
import { cpuMillicores, memoryBytes } from "../../engine/model/quantity.ts";
import { type FlagValues, flagText } from "../command.ts";
import { usageError } from "../exit.ts";
import { cleanLine } from "../views/clean.ts";

/** What is to be counted, before the world is known. */
export type Wanted =
  | { readonly is: "amounts"; readonly name: string; readonly amounts: Amounts }
  | { readonly is: "like"; readonly name: string }
  | { readonly is: "class"; readonly name: string; readonly namespace: string };

const EXAMPLES = "give --class guaranteed-large, --like vm/shop/db-0 or --shape cpu=4,memory=16Gi";

/** Reads the flags: exactly one way to say what is counted. */
export function wantedBy(flags: FlagValues): Wanted {
  const className = flagText(flags, "class");
  const like = flagText(flags, "like");
  const amounts = amountsOf(flags);
  const given = [className, like, amounts].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw usageError(given.length === 0 ? "of what?" : "that is more than one shape", EXAMPLES);
  }
  const namespace = flagText(flags, "namespace");
  if (className === undefined && namespace !== undefined) {
    throw usageError("--namespace goes with --class");
  }
  if (like !== undefined) return { is: "like", name: like };
  if (className !== undefined) {
    return { is: "class", name: className, namespace: namespace ?? "default" };
  }
  const { cpu = "0", memory = "0" } = amounts ?? {};
  return {
    is: "amounts",
    name: `${cpu} CPU, ${memory}`,
    amounts: {
      cpuMillicores: read(cpu, cpuMillicores, "cpu"),
      memoryBytes: read(memory, memoryBytes, "memory"),
    },
  };
}

/** A VM of these amounts; where nothing but Pods of a plain cluster runs, such a Pod. */
export function amountsShape({ observation }: PlanOutcome, amounts: Amounts): PlacementWorkload {
  const machines = observation?.objects.filter(({ power }) => power !== undefined) ?? [];
  const isPlain = machines.length > 0 && machines.every(({ terms }) => terms !== undefined);
  return isPlain ? podShape(amounts) : reservedShape(amounts);
}

interface AmountTexts {
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
}

/** `--shape cpu=4,memory=16Gi`, or the two flags. */
function amountsOf(flags: FlagValues): AmountTexts | undefined {
  const cpu = flagText(flags, "cpu");
  const memory = flagText(flags, "memory");
  const shape = flagText(flags, "shape");
  if (shape === undefined) {
    if (cpu === undefined && memory === undefined) return undefined;
    return { cpu, memory };
  }
  const parts = new Map(
    shape.split(",").map((part): [string, string] => {
      const [name = "", value = ""] = part.split("=", 2);
      return [name === "mem" ? "memory" : name, value];
    }),
  );
  if (parts.size < shape.split(",").length) {
    throw usageError(`--shape: "${cleanLine(shape)}" names an amount twice`, EXAMPLES);
  }
  const unknown = [...parts.keys()].find((name) => name !== "cpu" && name !== "memory");
  if (unknown !== undefined) {
    throw usageError(`--shape: "${cleanLine(unknown)}" is neither cpu nor memory`, EXAMPLES);
  }
  return { cpu: cpu ?? parts.get("cpu"), memory: memory ?? parts.get("memory") };
}

function read(text: string, parse: (text: string) => number | undefined, name: string): number {
  const amount = parse(text);
  if (amount !== undefined && amount >= 0) return amount;
  throw usageError(`${name}: "${cleanLine(text)}" is not an amount`, EXAMPLES);
}

const CLASS_SHAPE = "capacity-shape";

/** A document of one VM of the class: it is sized and bound as any other of the namespace. */
export const classDocument = (name: string, namespace: string): string =>
  `${JSON.stringify({
    apiVersion: "vmoperator.vmware.com/v1alpha6",
    kind: "VirtualMachine",
    metadata: { name: CLASS_SHAPE, namespace },
    spec: { className: name, powerState: "PoweredOn" },
  })}\n`;

/** The VM of `classDocument` in a plan over it. */
export const classShape = (
  { problem }: PlanOutcome,
  namespace: string,
): PlacementWorkload | undefined =>
  problem?.workloads.find(({ key }) => key === `vm/${namespace}/${CLASS_SHAPE}`);

/** The workload at the address, or the first replica of what is there. */
export function likeShape({ problem }: PlanOutcome, address: string): PlacementWorkload {
  const workloads = problem?.workloads ?? [];
  const found =
    workloads.find(({ key }) => key === address) ??
    workloads.find(({ group }) => group === address);
  if (found !== undefined) return { ...found, pinHost: undefined };
  const near = suggest(
    address,
    workloads.map(({ key }) => key),
  );
  throw usageError(
    `--like: no workload is at ${cleanLine(address)}`,
    near === undefined ? "list what is there: vpac get all" : `did you mean ${near}?`,
  );
}
