import type { PlanHost } from "../../../engine/model/plan.ts";
import { hostPercent } from "../../views/human/placement.ts";
import type { Tone } from "../../views/style.ts";
import { bytesText, cpuText } from "../../views/units.ts";
import { padStart } from "../../views/width.ts";
import { hostsArea, hostsPerLine, inside } from "../layout.ts";
import { type Model, windowStart } from "../model.ts";
import { column, type Line, panel, type Segment, seg } from "../paint.ts";

const BAR_CELLS = 5;
const NAME_COLUMNS = 12;
const NUMBER_COLUMNS = 11;

/** Every host in sight before and after, several in a line; the verdict below. */
export function hostsPane(model: Model): Line[] {
  const area = hostsArea(model);
  const { ascii } = model;
  const { hosts } = model.plan.placement;
  const perLine = hostsPerLine(area.width);
  const room = Math.max(1, inside(area).height - 1);
  const isFocused = model.pane === "hosts";
  const lineCount = Math.ceil(hosts.length / perLine);
  const top = isFocused ? windowStart(Math.floor(model.hostAt / perLine), room, lineCount) : 0;
  const chosen = isFocused ? hosts[model.hostAt] : undefined;
  const shown = Array.from({ length: Math.min(room, lineCount - top) }, (_, index) => {
    const from = (top + index) * perLine;
    return hosts
      .slice(from, from + perLine)
      .flatMap((host) => (host === chosen ? cell(host, ascii).map(inverted) : cell(host, ascii)));
  });
  const hidden = lineCount - top - room;
  const more = hidden > 0 ? `  ${hidden} lines more` : "";
  return panel([...shown, verdict(model)], {
    ...area,
    title:
      `Placement  ${hosts.length} hosts   before ${arrowOf(ascii)} after, ` +
      "worst of cpu and memory",
    footer: `${isFocused ? "j/k host  x drain  f fail  esc back" : "p hosts"}${more}`,
    focused: isFocused,
    ascii,
  });
}

const inverted = (segment: Segment): Segment => ({ ...segment, inverse: true });

const arrowOf = (ascii: boolean): string => (ascii ? "->" : "→");

const toneOf = (percent: number): Tone =>
  percent >= 90 ? "red" : percent >= 80 ? "yellow" : "green";

function cell(host: PlanHost, ascii: boolean): Segment[] {
  const name = seg(`${column(host.name, NAME_COLUMNS)} `);
  if (host.state !== "connected") {
    const columns = BAR_CELLS + 2 + NUMBER_COLUMNS;
    return [name, seg(`${column(host.state.toUpperCase(), columns)} `, "dim")];
  }
  const before = hostPercent(host, "before");
  const after = hostPercent(host, "after");
  const filled = Math.max(0, Math.min(BAR_CELLS, Math.round((after * BAR_CELLS) / 100)));
  const bar = ascii
    ? `[${"#".repeat(filled)}${".".repeat(BAR_CELLS - filled)}]`
    : `${"█".repeat(filled)}${"░".repeat(BAR_CELLS - filled)}  `;
  const numbers = `${padStart(String(before), 4)}${arrowOf(ascii)}${after}`;
  return [name, { text: bar, tone: toneOf(after) }, seg(`${column(numbers, NUMBER_COLUMNS)} `)];
}

function verdict({ plan, facts, ascii }: Model): Line {
  const { hosts, resilience, moves } = plan.placement;
  if (hosts.length === 0) return [seg("no hosts", "dim")];
  const { before, after } = facts.worst;
  const spare =
    resilience.tightest === "memory"
      ? bytesText(resilience.spare)
      : `${cpuText(resilience.spare)} CPU`;
  const holds = resilience.nPlus >= 1;
  const budget = moves.budget === undefined ? "" : `/${moves.budget}`;
  return [
    seg(`worst ${before}${arrowOf(ascii)}${after}%   `),
    seg(holds ? `N+${resilience.nPlus} ok` : "N+1 does not hold", holds ? "green" : "red"),
    seg(` (tightest: ${resilience.tightest}, ${spare} spare)   moves ${moves.count}${budget}`),
  ];
}
