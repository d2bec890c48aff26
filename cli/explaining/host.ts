import type { LookOutcome, PowerReason } from "../../engine/index.ts";
import type { Host } from "../../engine/model/host.ts";
import { sizeText } from "../looking/item-view.ts";
import { type Item, itemsOf } from "../looking/items.ts";
import { cleanLine } from "../views/clean.ts";
import { tableText } from "../views/human/table.ts";
import type { Style } from "../views/style.ts";
import { bytesText, cpuText, percentOf } from "../views/units.ts";
import type { Answer } from "./answer.ts";
import type { Upkeep } from "./upkeep.ts";

/** What is shown besides the host itself. */
interface HostFacts {
  readonly world: LookOutcome;
  readonly upkeep: Upkeep;
  readonly style: Style;
}

/** What one host is, what it can give, how full it is, what it carries and what becomes of it. */
export function explainHost(host: Host, { world, upkeep, style }: HostFacts): Answer {
  const use = world.use.get(host.name);
  const workloads = itemsOf(world).filter(
    (item) => item.host === host.name && item.power !== undefined && !item.helper,
  );
  const subject = `host/${host.name}`;
  const json = {
    host: { ...host, reserved: use?.reserved, entitled: use?.entitled },
    workloads: workloads.map(({ address, health }) => ({ address, health })),
    ...upkeep,
  };
  return {
    subject,
    title: `${stateOf(host)}, ${workloads.length} workloads`,
    json,
    text: [card(host, use, { workloads, style }), ...upkeepLines(upkeep, host)].join(""),
  };
}

const stateOf = ({ planned, connection }: Host): string =>
  planned ? "declared, not made yet" : connection;

function upkeepLines({ power, left = [] }: Upkeep, host: Host): readonly string[] {
  const rows = left.map(({ address, code, message }) => [address, code, message]);
  const isTold = power !== undefined && power.code !== "no-policy";
  return [
    ...(isTold ? [`\n${cleanLine(`${powerHead(power, host)}: ${power.message}`)}\n`] : []),
    ...(rows.length === 0 ? [] : [`\n${tableText({ headers: ["STAYS HERE", "WHY", ""], rows })}`]),
  ];
}

function powerHead({ code }: PowerReason, { connection }: Host): string {
  if (code === "made") return "By the next plan";
  if (code === "advised") return "For a human to decide";
  return `It stays ${connection === "standby" ? "asleep" : "awake"} (${code})`;
}

type Use = ReturnType<LookOutcome["use"]["get"]>;

function card(
  host: Host,
  use: Use,
  { workloads, style }: { readonly workloads: readonly Item[]; readonly style: Style },
): string {
  const amounts = (value: { cpuMillicores: number; memoryBytes: number } | undefined): string[] => {
    if (value === undefined) return ["-", "-"];
    const { cpuMillicores, memoryBytes } = value;
    return [
      `${cpuText(cpuMillicores)} CPU (${percentOf(cpuMillicores, host.capacity.cpuMillicores)}%)`,
      `${bytesText(memoryBytes)} (${percentOf(memoryBytes, host.capacity.memoryBytes)}%)`,
    ];
  };
  const rows = [
    ["capacity", ...amounts(host.capacity)],
    ["allocatable", ...amounts(host.allocatable)],
    ["reserved", ...amounts(use?.reserved)],
    ["entitled", ...amounts(use?.entitled)],
    ["active", ...amounts(host.active)],
  ];
  const labels = Object.entries(host.labels).map(([key, value]) => `${key}=${value}`);
  const taints = host.taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`);
  const facts = [
    `cluster ${host.cluster}, provider ${host.provider}, ${stateOf(host)}`,
    `labels: ${labels.join(", ") || "none"}`,
    `taints: ${taints.join(", ") || "none"}`,
    `runtimes: ${host.runtimes.join(", ")}`,
    `core ${host.cpuMhz} MHz, ${host.numa.length} NUMA nodes`,
  ];
  const list = workloads.map((item) => [item.address, item.health, sizeText(item)]);
  return [
    `${style.paint("bold", cleanLine(`host/${host.name}`))}\n`,
    ...facts.map((line) => `  ${cleanLine(line)}\n`),
    `\n${tableText({ headers: ["", "CPU", "MEMORY"], rows })}`,
    list.length === 0
      ? "\nIt carries no workload.\n"
      : `\n${tableText({ headers: ["WORKLOAD", "HEALTH", "SIZE"], rows: list })}`,
  ].join("");
}
