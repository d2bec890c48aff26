import { durationText } from "../views/units.ts";
import { footerOf } from "./footer.ts";
import { COLUMNS_MIN, ROWS_MIN } from "./layout.ts";
import { isRunning, isWide, type Model, whyNot } from "./model.ts";
import { changesPane } from "./panes/changes.ts";
import { detailPane } from "./panes/detail.ts";
import { helpPane } from "./panes/help.ts";
import { hostsPane } from "./panes/hosts.ts";
import { wavesPane } from "./panes/waves.ts";
import { beside, fit, type Line, seg } from "./paint.ts";

/** The whole screen as lines of exactly the terminal's width, one line fewer than it has rows. */
export function frameOf(model: Model): Line[] {
  const { columns, rows } = model.size;
  if (columns < COLUMNS_MIN || rows < ROWS_MIN) {
    const text = `terminal too small: ${columns}x${rows}, needs ${COLUMNS_MIN}x${ROWS_MIN}`;
    return [fit([seg(text)], columns)];
  }
  const lines = [header(model), ...body(model), ...footerOf(model)];
  const whole = lines.slice(0, rows - 1).map((line) => fit(line, columns));
  return model.ascii ? whole.map(withoutEllipsis) : whole;
}

/** Whatever was cut ends in a sign of ASCII. */
const withoutEllipsis = (line: Line): Line =>
  line.map((segment) => ({ ...segment, text: segment.text.replaceAll("…", "~") }));

function body(model: Model): Line[] {
  if (model.screen === "help") return helpPane(model);
  if (model.screen === "apply") return wavesPane(model);
  if (isWide(model)) {
    return [...beside(changesPane(model), detailPane(model)), ...hostsPane(model)];
  }
  if (model.pane === "detail") return detailPane(model);
  return model.pane === "hosts" ? hostsPane(model) : changesPane(model);
}

const HELP = "? help ";

/** Facts on the left as far as they fit, the way to the help on the right. */
function header(model: Model): Line {
  const room = model.size.columns - HELP.length - 1;
  const left = fit(model.screen === "apply" ? applyFacts(model) : planFacts(model), room);
  return [...left, seg(" "), seg(HELP, "dim")];
}

function planFacts(model: Model): Line {
  const { plan } = model;
  const providers = plan.base.providers.map(({ name }) => name).join(" ");
  return [
    seg(" vpac ", "bold"),
    seg(` ${plan.workspace}  plan ${plan.id.slice(0, 7)}  `),
    seg(plan.mode === "destroy" ? "destroy  " : "", "red"),
    seg(supposedText(model), "yellow"),
    seg(providers, "dim"),
    seg(whyNot(model, "apply-all") === "" ? "" : "  read-only", "yellow"),
  ];
}

/** Who is supposed to be out, in front of everything else: nothing of it is real. */
function supposedText({ whatIf }: Model): string {
  if (whatIf === undefined) return "";
  const { drain, fail } = whatIf;
  const parts = [
    ...drain.map((name) => `${name} drained`),
    ...fail.map((name) => `${name} failed`),
  ];
  return `WHAT IF ${parts.join(", ")}  `;
}

function applyFacts(model: Model): Line {
  const { plan, progress, phase, spent } = model;
  const { done, running, waiting, failed, total } = progress.counts;
  const started = spent || isRunning(model);
  const elapsedMs = Math.max(0, model.nowMs - model.startedAtMs);
  const state = phase === "stopping" ? "stopping" : spent ? "ended" : "applying";
  const id = isWide(model) ? `plan ${plan.id.slice(0, 7)}  ` : "";
  return [
    seg(" apply ", "bold"),
    seg(` ${plan.workspace}  ${id}`),
    seg(started ? state : "not started", "cyan"),
    seg(`  ${done}/${total} done  ${running} running  ${waiting} waiting`),
    seg(failed > 0 ? `  ${failed} failed` : "", "red"),
    seg(started ? `  ${durationText(elapsedMs)}${etaText(model, elapsedMs)}` : "", "dim"),
  ];
}

/** A straight line through what is done so far; nothing before a tenth is done. */
function etaText({ progress, phase }: Model, elapsedMs: number): string {
  const { done, total } = progress.counts;
  if (phase !== "running" || done === 0 || done * 10 < total) return "";
  return `  eta ~${durationText((elapsedMs * (total - done)) / done)}`;
}
