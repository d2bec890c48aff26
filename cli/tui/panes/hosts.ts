import type { PlanHost } from "../../../engine/model/plan.ts";
import { hostPercent } from "../../views/human/placement.ts";
import type { Tone } from "../../views/style.ts";
import { bytesText, cpuText } from "../../views/units.ts";
import { padStart } from "../../views/width.ts";
import type { Model } from "../model.ts";
import { column, type Line, panel, type Segment, seg } from "../paint.ts";

const CELL_COLUMNS = 32;
const BAR_CELLS = 5;

/** Every host before and after, several in a row; the verdict below. */
export function hostsPane(model: Model, width: number, height: number): Line[] {
  const { hosts } = model.plan.placement;
  const perRow = Math.max(1, Math.floor((width - 4) / CELL_COLUMNS));
  const rows: Line[] = [];
  for (let index = 0; index < hosts.length; index += perRow) {
    rows.push(hosts.slice(index, index + perRow).flatMap((host) => cell(host, model.ascii)));
  }
  const room = Math.max(1, height - 3);
  const focused = model.pane === "hosts";
  const top = focused ? Math.min(model.top, Math.max(0, rows.length - room)) : 0;
  const shown = rows.slice(top, top + room);
  const arrow = model.ascii ? "->" : "→";
  return panel([...shown, verdict(model)], {
    width,
    height,
    title: `Placement  ${hosts.length} hosts   before ${arrow} after, worst of cpu and memory`,
    footer: focused ? "j/k scroll  esc back" : "p hosts",
    focused,
    ascii: model.ascii,
  });
}

const toneOf = (percent: number): Tone =>
  percent >= 90 ? "red" : percent >= 80 ? "yellow" : "green";

function cell(host: PlanHost, ascii: boolean): Segment[] {
  const name = seg(`${column(host.name, 12)} `);
  if (host.state !== "connected") {
    return [name, seg(column(host.state.toUpperCase(), CELL_COLUMNS - 13), "dim")];
  }
  const before = hostPercent(host, "before");
  const after = hostPercent(host, "after");
  const filled = Math.max(0, Math.min(BAR_CELLS, Math.round((after * BAR_CELLS) / 100)));
  const bar = ascii
    ? `[${"#".repeat(filled)}${".".repeat(BAR_CELLS - filled)}]`
    : "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
  const arrow = ascii ? "->" : "→";
  const text = `  ${padStart(String(before), 3)}${arrow}${String(after)}`;
  const used = 13 + bar.length;
  return [name, { text: bar, tone: toneOf(after) }, seg(column(text, CELL_COLUMNS - used))];
}

function verdict({ plan, ascii }: Model): Line {
  const { hosts, resilience, moves } = plan.placement;
  if (hosts.length === 0) return [seg("no hosts", "dim")];
  const worst = (side: "before" | "after"): number =>
    Math.max(0, ...hosts.map((host) => hostPercent(host, side)));
  const arrow = ascii ? "->" : "→";
  const spare =
    resilience.tightest === "memory"
      ? bytesText(resilience.spare)
      : `${cpuText(resilience.spare)} CPU`;
  const holds = resilience.nPlus >= 1;
  return [
    seg(`worst ${worst("before")}${arrow}${worst("after")}%   `),
    seg(holds ? `N+${resilience.nPlus} ok` : "N+1 does not hold", holds ? "green" : "red"),
    seg(` (tightest: ${resilience.tightest}, ${spare})   moves ${moves.count}`),
  ];
}
