/** Every code the engine can tell, of all its rooms: for `vpac explain CODE` and the docs. */
import { CODES as APPLY } from "./apply/codes.ts";
import type { CodeEntry } from "./diagnostics/catalogue.ts";
import { CODES as DIFF } from "./diff/codes.ts";
import { CODES as LOAD } from "./load/codes.ts";
import { CODES as OBSERVE } from "./observe/codes.ts";
import { CODES as PLAN } from "./plan/codes.ts";
import { UNPLACED_CODES as UNPLACED } from "./plan/unplaced-codes.ts";
import { CODES as RECORD } from "./record/codes.ts";
import { CODES as RESOLVE } from "./resolve/codes.ts";
import { CODES as VALIDATE } from "./validate/codes.ts";

export const ENGINE_CODES: readonly CodeEntry[] = [
  LOAD,
  VALIDATE,
  RESOLVE,
  DIFF,
  UNPLACED,
  PLAN,
  RECORD,
  OBSERVE,
  APPLY,
].flatMap((catalogue: Readonly<Record<string, CodeEntry>>) => Object.values(catalogue));
