import { durationText } from "../views/units.ts";
import { KEYS } from "./keys.ts";
import { bodyRows, hostRows, isWide, type Model } from "./model.ts";
import { changesPane } from "./panes/changes.ts";
import { detailPane } from "./panes/detail.ts";
import { hostsPane } from "./panes/hosts.ts";
import { wavesPane } from "./panes/waves.ts";
import { beside, fit, type Line, panel, seg } from "./paint.ts";

/** Below this no full screen is drawn. */
const COLUMNS_MIN = 40;
const ROWS_MIN = 12;

/** The whole screen as lines of exactly the terminal's width, one line fewer than it has rows. */
export function frameOf(model: Model): Line[] {
  const { columns, rows } = model.size;
  if (columns < COLUMNS_MIN || rows < ROWS_MIN) {
    return [[seg(`terminal too small: ${columns}x${rows}, needs ${COLUMNS_MIN}x${ROWS_MIN}`)]];
  }
  const lines = [header(model), ...body(model), footer(model)];
  return lines.slice(0, rows - 1).map((line) => fit(line, columns));
}

function body(model: Model): Line[] {
  const { columns } = model.size;
  if (model.screen === "help") return helpPane(model);
  if (model.screen === "apply") return wavesPane(model, columns);
  const height = bodyRows(model);
  if (!isWide(model)) return narrow(model, columns, height);
  const left = Math.floor(columns / 2);
  const upper = beside(
    changesPane(model, left, height),
    detailPane(model, columns - left, height),
    left,
  );
  return [...upper, ...hostsPane(model, columns, hostRows(model))];
}

function narrow(model: Model, columns: number, height: number): Line[] {
  if (model.pane === "detail") return detailPane(model, columns, height);
  if (model.pane === "hosts") return hostsPane(model, columns, height);
  return changesPane(model, columns, height);
}

function header(model: Model): Line {
  const { plan, progress, apply, screen } = model;
  const base: Line = [
    seg(" vpac ", "bold"),
    seg(` ${plan.workspace}  plan ${plan.id.slice(0, 7)}`),
  ];
  if (screen !== "apply") {
    const mode = model.readOnly ? "  read-only" : "";
    return [...base, seg(`  ${plan.mode}${mode}`, "dim"), seg("   ? help", "dim")];
  }
  const { done, running, waiting, failed, total } = progress.counts;
  const elapsedMs = apply === "none" ? 0 : Math.max(0, model.nowMs - model.startedAtMs);
  const state = apply === "ended" ? "ended" : apply === "stopping" ? "stopping" : "applying";
  return [
    ...base,
    seg(`   ${apply === "none" ? "not started" : state}`, "cyan"),
    seg(`   ${done}/${total} done  ${running} running  ${waiting} waiting`),
    seg(failed > 0 ? `  ${failed} failed` : "", "red"),
    seg(`   ${durationText(elapsedMs)}${etaText(model, elapsedMs)}`, "dim"),
  ];
}

/** A straight line through what is done so far; nothing before a tenth is done. */
function etaText({ progress, apply }: Model, elapsedMs: number): string {
  const { done, total } = progress.counts;
  if (apply !== "running" || done === 0 || done * 10 < total) return "";
  return `  eta ~${durationText((elapsedMs * (total - done)) / done)}`;
}

function footer(model: Model): Line {
  const { ask, notice, plan } = model;
  if (ask !== undefined) {
    const what = ask.addresses === undefined ? "everything" : `${ask.addresses.length} marked`;
    return [
      seg(` apply ${what}: type "${ask.wanted}" and enter, esc cancels: `, "yellow"),
      seg(`${ask.typed}_`),
    ];
  }
  if (notice !== "") return [seg(` ${notice}`, "yellow")];
  const { summary } = plan;
  const counts = `+${summary.create} ~${summary.update} ±${summary.replace} -${summary.delete} →${summary.move} !${summary.blocked}`;
  const text = model.ascii ? counts.replace("±", "+-").replace("→", ">") : counts;
  const keys = "a apply marked  A apply all  r plan again  p hosts  1 plan  4 apply  q quit";
  return [seg(` ${text}   `), seg(model.readOnly ? `${keys} (read-only: a, A off)` : keys, "dim")];
}

function helpPane(model: Model): Line[] {
  const lines = KEYS.map(({ keys, what, changes }): Line => {
    const off = changes === true && model.readOnly ? "  (read-only)" : "";
    return [seg(keys.join(", ").padEnd(16), "cyan"), seg(`${what}${off}`)];
  });
  return panel(lines, {
    width: model.size.columns,
    height: bodyRows({ ...model, screen: "help" }),
    title: "Keys",
    footer: "? or esc back",
    focused: true,
    ascii: model.ascii,
  });
}
