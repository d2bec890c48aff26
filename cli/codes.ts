/** The one list of every code vpac can tell, in order. */
import type { CodeEntry } from "../engine/diagnostics/catalogue.ts";
import type { Code } from "../engine/diagnostics/diagnostic.ts";
import { ENGINE_CODES } from "../engine/index.ts";
import { compareText } from "../engine/model/canonical.ts";
import { CLUSTER_API_CODES } from "../providers/cluster-api/index.ts";
import { SIM_CODES } from "../providers/esxi-sim/index.ts";
import { LIBVIRT_CODES } from "../providers/libvirt/index.ts";
import { CLI_CODES } from "./catalogue.ts";
import { INPUT_CODES } from "./wiring/codes.ts";

/** `VP62` and two digits is a code like any other; the compiler does not see that by itself. */
const ofProvider = <Entry extends { readonly code: string }>(
  entry: Entry,
): Entry & { readonly code: Code } => ({ ...entry, code: entry.code as Code });

export const ALL_CODES: readonly CodeEntry[] = [
  ...Object.values(INPUT_CODES),
  ...ENGINE_CODES,
  ...Object.values(SIM_CODES).map(ofProvider),
  ...Object.values(LIBVIRT_CODES).map(ofProvider),
  ...Object.values(CLUSTER_API_CODES).map(ofProvider),
  ...Object.values(CLI_CODES),
].toSorted((left, right) => compareText(left.code, right.code));
