/** The one list of every code vpac can tell, in order. */
import type { CodeEntry } from "../engine/diagnostics/catalogue.ts";
import type { Code } from "../engine/diagnostics/diagnostic.ts";
import { ENGINE_CODES } from "../engine/index.ts";
import { compareText } from "../engine/model/canonical.ts";
import { SIM_CODES } from "../providers/esxi-sim/index.ts";
import { CLI_CODES } from "./catalogue.ts";
import { INPUT_CODES } from "./wiring/codes.ts";

export const ALL_CODES: readonly CodeEntry[] = [
  ...Object.values(INPUT_CODES),
  ...ENGINE_CODES,
  // `VP62` and two digits is a code like any other; the compiler does not see that by itself.
  ...Object.values(SIM_CODES).map((entry) => ({ ...entry, code: entry.code as string as Code })),
  ...Object.values(CLI_CODES),
].toSorted((left, right) => compareText(left.code, right.code));
