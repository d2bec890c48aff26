import type { CommandEntry } from "../command.ts";
import { LOOKING } from "../table/looking.ts";
import { TOOLING } from "../table/tooling.ts";
import { WORKING } from "../table/working.ts";

/** Every command of vpac, in the order of the help. Each is loaded only when it is run. */
export const COMMANDS: readonly CommandEntry[] = [...WORKING, ...LOOKING, ...TOOLING];
