import type { KindIssue } from "../../engine/contract/kind.ts";
import { pointerOf } from "../../engine/model/json.ts";

/** Codes of the validate catalogue (engine/validate/codes.ts) that kinds use. */
export const RULE_BROKEN = "VP1550";
export const HOST_PATH = "VP1540";
export const VIRTLET_VALUE = "VP1541";
export const VIRTLET_CONTAINERS = "VP1542";
export const LOCAL_VOLUME = "VP1543";
export const DEVICE_REFUSED = "VP1544";
export const DAEMON_SET = "VP1545";
export const DUPLICATE_NAME = "VP1551";
export const SELECTOR_MISMATCH = "VP1552";
export const MISSING_VOLUME = "VP1553";

type Path = readonly (string | number)[];

/** An error about the value (or the key) at `path`. */
export function issue(
  code: KindIssue["code"],
  path: Path,
  detail: string,
  more: Partial<Omit<KindIssue, "code" | "pointer" | "detail">> = {},
): KindIssue {
  return { severity: "error", ...more, code, pointer: pointerOf(...path), detail };
}
