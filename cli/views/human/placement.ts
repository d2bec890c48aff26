import type { Plan, PlanHost } from "../../../engine/model/plan.ts";
import { bar } from "../bars.ts";
import { cleanLine } from "../clean.ts";
import type { Style } from "../style.ts";
import { bytesText, countText, cpuText, percentOf } from "../units.ts";
import { padEnd, padStart } from "../width.ts";

interface BlockOptions {
  readonly level: "brief" | "default" | "full";
  readonly style: Style;
}

const HOSTS_SHOWN_MAX = 40;
const BRIEF_HOSTS_MAX = 10;

interface HostRow {
  readonly host: PlanHost;
  readonly before: number;
  readonly after: number;
}

/** Worst of CPU and memory, in percent of what the host can give. */
export function hostPercent(host: PlanHost, side: "before" | "after"): number {
  const { reserved, entitled } = host[side];
  const cpu = Math.max(reserved.cpuMillicores, entitled.cpuMillicores);
  const memory = Math.max(reserved.memoryBytes, entitled.memoryBytes);
  return Math.max(
    percentOf(cpu, host.capacity.cpuMillicores),
    percentOf(memory, host.capacity.memoryBytes),
  );
}

/** One line per host that changes, the largest change first; the others folded into one. */
export function placementBlock(plan: Plan, { level, style }: BlockOptions): string[] {
  const rows = plan.placement.hosts.map(
    (host): HostRow => ({
      host,
      before: hostPercent(host, "before"),
      after: hostPercent(host, "after"),
    }),
  );
  if (rows.length === 0) return [];
  const changed = rows
    .filter((row) => row.before !== row.after || moved(row.host))
    .sort(
      (left, right) => Math.abs(right.after - right.before) - Math.abs(left.after - left.before),
    );
  const max = level === "brief" ? BRIEF_HOSTS_MAX : HOSTS_SHOWN_MAX;
  const width = Math.max(...changed.slice(0, max).map((row) => row.host.name.length), 4);
  const arrow = style.glyph("→", "->");
  const lines = changed.slice(0, max).map((row) => hostLine(row, { width, arrow, style }));
  const rest = rows.filter((row) => !changed.includes(row));
  if (changed.length > max) lines.push(`  … ${changed.length - max} more hosts change`);
  if (rest.length > 0)
    lines.push(`  ${countText(rest.length, "host")} unchanged (${foldedText(rest)})`);
  return [style.paint("bold", `Hosts before ${arrow} after`), ...lines, ""];
}

const moved = (host: PlanHost): boolean => host.before.workloads !== host.after.workloads;

const FOLDED_SHOWN_MAX = 12;

function foldedText(rows: readonly HostRow[]): string {
  const texts = rows
    .slice(0, FOLDED_SHOWN_MAX)
    .map(({ host, after }) => (host.state === "connected" ? String(after) : host.state));
  return rows.length > FOLDED_SHOWN_MAX ? `${texts.join(", ")}, …` : texts.join(", ");
}

interface LineShape {
  readonly width: number;
  readonly arrow: string;
  readonly style: Style;
}

function hostLine({ host, before, after }: HostRow, { width, arrow, style }: LineShape): string {
  const delta = after - before;
  const sign = delta > 0 ? `+${delta}` : String(delta);
  const count = host.after.workloads - host.before.workloads;
  const change = count === 0 ? "" : `  ${Math.abs(count)} ${count > 0 ? "in" : "out"}`;
  const state = host.state === "connected" ? "" : `  ${host.state}`;
  const meter = (percent: number): string =>
    `${bar(percent, 10, style)} ${padStart(String(percent), 3)}`;
  const name = padEnd(cleanLine(host.name), width);
  const heat = `${meter(before)} ${arrow} ${meter(after)}`;
  return `  ${name}  ${heat}  ${padStart(sign, 4)}${change}${state}`;
}

/** `Plan: …` in the Terraform dialect, then the verdict on the hosts. */
export function resultLines(plan: Plan, { style }: BlockOptions): string[] {
  const { summary, placement } = plan;
  const { add, change, destroy } = summary.terraform;
  const imports = summary.adopt > 0 ? `${summary.adopt} to import, ` : "";
  const placed = plan.changes.filter(
    ({ action, placement: at }) =>
      at?.to !== undefined && (action === "create" || action === "replace"),
  ).length;
  const head = `Plan: ${imports}${add} to add, ${change} to change, ${destroy} to destroy.`;
  const unplaced = placement.unplaced.length;
  const tail = `Placement: ${placed} to place, ${summary.move} to move, ${unplaced} unplaced.`;
  const lines = [`${style.paint("bold", head)} ${tail}`];
  if (summary.blocked > 0) lines.push(`${countText(summary.blocked, "change")} blocked.`);
  if (placement.hosts.length > 0) lines.push(verdictLine(plan, style));
  return lines;
}

/** Whether every host can be lost, how much there is, and who would find no other host. */
export function resilienceText({
  nPlus,
  tightest,
  spare,
  stranded,
}: Plan["placement"]["resilience"]): string {
  const amount = Math.abs(spare);
  const room = tightest === "memory" ? bytesText(amount) : `${cpuText(amount)} CPU`;
  const word = spare < 0 ? "short" : "spare";
  const holds = nPlus >= 1 ? `N+${nPlus} holds` : "N+1 does not hold";
  const lost =
    stranded === undefined
      ? ""
      : `; losing ${stranded.hosts.map(cleanLine).join(" and ")} leaves no host for ` +
        cleanLine(stranded.address);
  return `${holds} (tightest: ${tightest}, ${room} ${word}${lost})`;
}

function verdictLine(plan: Plan, style: Style): string {
  const { hosts, resilience, moves } = plan.placement;
  const worst = (side: "before" | "after"): number =>
    Math.max(0, ...hosts.map((host) => hostPercent(host, side)));
  const verdict = resilienceText(resilience);
  const budget = moves.budget === undefined ? "" : ` of ${moves.budget} budget`;
  const arrow = style.glyph("→", "->");
  const heat = `${worst("before")}% ${arrow} ${worst("after")}%`;
  return `Worst host ${heat}. ${verdict}. Moves ${moves.count}${budget}.`;
}
