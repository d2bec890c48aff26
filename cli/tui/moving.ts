import type { KeyAction } from "./keys.ts";
import { KEYS } from "./keys.ts";
import {
  applyAreas,
  bodyArea,
  changesArea,
  detailArea,
  hostsArea,
  hostsPerLine,
  inside,
} from "./layout.ts";
import type { Model } from "./model.ts";
import { detailLength } from "./panes/detail.ts";
import { waveLineCount, wavesStart } from "./panes/waves.ts";

/** Moves the cursor, or scrolls what has none. */
export function moved(model: Model, action: KeyAction): Model {
  if (model.screen === "apply") return scrolledWaves(model, action);
  if (model.screen === "plan" && model.pane === "changes") {
    const page = inside(changesArea(model)).height;
    const last = model.rows.length - 1;
    return { ...model, top: 0, cursor: goal(action, { from: model.cursor, page, last }) };
  }
  if (model.screen === "plan" && model.pane === "hosts") {
    const page = inside(hostsArea(model)).height * hostsPerLine(hostsArea(model).width);
    const last = model.plan.placement.hosts.length - 1;
    return { ...model, hostAt: goal(action, { from: model.hostAt, page, last }) };
  }
  const { lines, page } = scrolling(model);
  return { ...model, top: goal(action, { from: model.top, page, last: lines - page }) };
}

function scrolledWaves(model: Model, action: KeyAction): Model {
  const page = inside(applyAreas(model).waves).height;
  const last = waveLineCount(model) - page;
  return { ...model, applyTop: goal(action, { from: wavesStart(model), page, last }) };
}

interface Scrolling {
  readonly lines: number;
  readonly page: number;
}

function scrolling(model: Model): Scrolling {
  if (model.screen === "help") {
    return { lines: KEYS.length, page: inside(bodyArea(model)).height };
  }
  return { lines: detailLength(model), page: inside(detailArea(model)).height };
}

interface Place {
  readonly from: number;
  readonly page: number;
  readonly last: number;
}

function goal(action: KeyAction, { from, page, last }: Place): number {
  const steps: Partial<Record<KeyAction, number>> = {
    down: 1,
    up: -1,
    "page-down": page,
    "page-up": -page,
    top: -Infinity,
    bottom: Infinity,
  };
  return Math.max(0, Math.min(from + (steps[action] ?? 0), last));
}
