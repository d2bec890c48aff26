import { footerOf } from "./footer.ts";
import { isWide, type Model } from "./model.ts";

/** Below this no full screen is drawn. */
export const COLUMNS_MIN = 40;
export const ROWS_MIN = 12;

/** Size of one pane, its edges included. */
export interface Area {
  readonly width: number;
  readonly height: number;
}

/** Columns and lines of a pane inside its edges. */
export const inside = ({ width, height }: Area): Area => ({
  width: width - 4,
  height: Math.max(1, height - 2),
});

/** Lines of the header, and one that stays free: a full screen would scroll. */
const LINES_TAKEN = 2;

/** Everything between header and footer. */
export function bodyArea(model: Model): Area {
  const { columns, rows } = model.size;
  return { width: columns, height: rows - LINES_TAKEN - footerOf(model).length };
}

/** The list of changes; alone on the screen when that is narrow. */
export function changesArea(model: Model): Area {
  const body = bodyArea(model);
  if (!isWide(model)) return body;
  const height = Math.max(5, body.height - hostsHeight(model));
  return { width: Math.floor(body.width / 2), height };
}

export function detailArea(model: Model): Area {
  const body = bodyArea(model);
  const changes = changesArea(model);
  return isWide(model) ? { width: body.width - changes.width, height: changes.height } : body;
}

export function hostsArea(model: Model): Area {
  const body = bodyArea(model);
  return isWide(model) ? { width: body.width, height: hostsHeight(model) } : body;
}

const HOST_LINES_MAX = 6;
/** Edges and the verdict. */
const HOST_LINES_BESIDES = 3;

/** Columns of one host. */
const CELL_COLUMNS = 32;

export const hostsPerLine = (width: number): number =>
  Math.max(1, Math.floor((width - 4) / CELL_COLUMNS));

function hostsHeight({ plan, size }: Model): number {
  const lines = Math.ceil(plan.placement.hosts.length / hostsPerLine(size.columns));
  const wanted = Math.min(HOST_LINES_MAX, lines) + HOST_LINES_BESIDES;
  return Math.min(wanted, Math.max(4, Math.floor(size.rows / 3)));
}

/** The apply screen: the waves, and the log below them. */
export function applyAreas(model: Model): { readonly waves: Area; readonly log: Area } {
  const { width, height } = bodyArea(model);
  const logHeight = Math.max(4, Math.min(9, Math.floor(height / 3)));
  return { waves: { width, height: height - logHeight }, log: { width, height: logHeight } };
}
