import type { LookOutcome } from "../../engine/index.ts";
import type { Host } from "../../engine/model/host.ts";
import type { HostUse } from "../../engine/model/outlook.ts";
import { type Command, type FlagValues, flagOn, flagText } from "../command.ts";
import type { Context } from "../context.ts";
import { type Exit, usageError } from "../exit.ts";
import { tellProblems } from "../looking/problems.ts";
import { type Column, type Listing, printListing } from "../looking/render.ts";
import { selected } from "../looking/select.ts";
import { watchLoop } from "../looking/watch.ts";
import { lookAtWorld } from "../looking/world.ts";
import { bar, heat } from "../views/bars.ts";
import type { Style } from "../views/style.ts";
import { bytesText, cpuText, percentOf } from "../views/units.ts";
import { padStart } from "../views/width.ts";

const VIEWS = ["reserved", "entitled", "active"] as const;
type View = (typeof VIEWS)[number];

interface HostItem {
  readonly name: string;
  readonly namespace: undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly host: Host;
  readonly use: HostUse;
  readonly percent: { readonly cpu: number; readonly memory: number };
}

/** Shows how full every host is: what is reserved, entitled or in use of what it can give. */
export const command: Command = {
  async run(_args, flags, context) {
    const view = viewOf(flags);
    if (flagOn(flags, "watch")) return await watchLoop(context, () => once(view, flags, context));
    return (await once(view, flags, context)).exit;
  },
};

function viewOf(flags: FlagValues): View {
  const asked = flagText(flags, "view") ?? "reserved";
  const view = VIEWS.find((name) => name === asked);
  if (view === undefined) throw usageError(`unknown view "${asked}"`, `use ${VIEWS.join(", ")}`);
  return view;
}

async function once(
  view: View,
  flags: FlagValues,
  context: Context,
): Promise<{ readonly exit: Exit; readonly listing: Listing<HostItem> }> {
  const world = await lookAtWorld(context);
  const exit = tellProblems(context, world.diagnostics);
  const items = selected(
    world.observation.hosts.map((host) => itemOf(host, view, world)),
    flags,
  );
  const listing: Listing<HostItem> = {
    document: "hosts",
    items,
    json: (item) => hostJson(item, view),
    name: ({ name }) => `host/${name}`,
    columns: columnsOf(view, context.style),
    headers: flags["headers"] !== false,
    empty: "there are no hosts",
    exit,
  };
  if (!flagOn(flags, "watch")) printListing(context, listing);
  return { exit, listing };
}

const NO_AMOUNTS = { cpuMillicores: 0, memoryBytes: 0 };
const NO_USE: HostUse = {
  reserved: NO_AMOUNTS,
  entitled: NO_AMOUNTS,
  active: NO_AMOUNTS,
  workloads: 0,
};

function itemOf(host: Host, view: View, world: LookOutcome): HostItem {
  const use = world.use.get(host.name) ?? NO_USE;
  // What the host itself measures knows more than the sum of the workloads.
  const amounts = view === "active" ? host.active : use[view];
  return {
    name: host.name,
    namespace: undefined,
    labels: host.labels,
    host,
    use,
    percent: {
      cpu: percentOf(amounts.cpuMillicores, host.capacity.cpuMillicores),
      memory: percentOf(amounts.memoryBytes, host.capacity.memoryBytes),
    },
  };
}

function hostJson({ name, host, use, percent, labels }: HostItem, view: View): object {
  const { provider, cluster, connection, unschedulable, capacity, allocatable, active } = host;
  return {
    address: `host/${name}`,
    name,
    provider,
    cluster,
    connection,
    unschedulable,
    labels,
    capacity,
    allocatable,
    reserved: use.reserved,
    entitled: use.entitled,
    active,
    workloads: use.workloads,
    view,
    percent,
  };
}

const BAR_CELLS = 10;

function columnsOf(view: View, style: Style): readonly Column<HostItem>[] {
  // Tables are padded by width, so they take the bars without colour.
  const plain: Style = { ...style, color: false, paint: (_tone, text) => text };
  const meter = (percent: number): string =>
    `${bar(percent, BAR_CELLS, plain)} ${padStart(`${percent}%`, 4)}`;
  const amounts = (cpu: number, memory: number): string =>
    `${cpuText(cpu)} CPU, ${bytesText(memory)}`;
  return [
    { title: "HOST", text: ({ name }) => name },
    { title: "STATE", text: stateText },
    { title: "HEAT", text: ({ host, percent }) => heat(worst(percent), host.connection, plain) },
    { title: `CPU ${view.toUpperCase()}`, text: ({ percent }) => meter(percent.cpu) },
    { title: `MEMORY ${view.toUpperCase()}`, text: ({ percent }) => meter(percent.memory) },
    {
      title: "ALLOCATABLE",
      text: ({ host: { allocatable } }) =>
        amounts(allocatable.cpuMillicores, allocatable.memoryBytes),
    },
    { title: "WORKLOADS", text: ({ use }) => String(use.workloads), right: true },
    {
      title: "CAPACITY",
      text: ({ host: { capacity } }) => amounts(capacity.cpuMillicores, capacity.memoryBytes),
      wide: true,
    },
    { title: "CLUSTER", text: ({ host }) => host.cluster, wide: true },
    { title: "MHZ", text: ({ host }) => String(host.cpuMhz), wide: true, right: true },
    { title: "RUNTIMES", text: ({ host }) => host.runtimes.join(","), wide: true },
    { title: "LABELS", text: labelsText, wide: true },
  ];
}

const worst = ({ cpu, memory }: HostItem["percent"]): number => Math.max(cpu, memory);

const stateText = ({ host }: HostItem): string =>
  host.unschedulable && host.connection === "connected" ? "unschedulable" : host.connection;

const labelsText = ({ labels }: HostItem): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
