import { type FlagValues, flagList, flagOn, flagText } from "../command.ts";
import type { Context } from "../context.ts";
import { usageError } from "../exit.ts";
import { wantsJson } from "../output.ts";
import { parseDuration } from "../options.ts";

/** What the user asked of one apply or destroy, after its flags were checked against each other. */
export interface ApplyWish {
  readonly mode: "apply" | "destroy";
  readonly planFile: string | undefined;
  readonly resume: string | undefined;
  readonly yes: boolean;
  readonly confirm: string | undefined;
  readonly allowPartial: boolean;
  readonly failFast: boolean;
  readonly parallelism: number;
  readonly graceMs: number;
  readonly flags: FlagValues;
}

const PARALLELISM_DEFAULT = 10;
const PARALLELISM_MAX = 256;
const GRACE_DEFAULT = "60s";

/** Flags that only make sense where vpac plans itself. */
const PLANNING_FLAGS = ["target", "exclude", "replace", "targetFile", "excludeFile", "inventory"];
const PLANNING_NUMBERS = ["seed", "maxMoves", "maxReplaces", "allowDestroy"];

export function applyWish(
  mode: ApplyWish["mode"],
  args: readonly string[],
  { flags, context }: { readonly flags: FlagValues; readonly context: Context },
): ApplyWish {
  const planFile = mode === "apply" ? args[0] : undefined;
  const resume = flagText(flags, "resume");
  refuseContradictions(flags, planFile, resume);
  const yes = flagOn(flags, "yes");
  const needsAnswer = planFile === undefined && resume === undefined && !yes;
  if (needsAnswer && (context.unattended || wantsJson(context))) throw unattended(context);
  return {
    mode,
    planFile,
    resume,
    yes,
    confirm: flagText(flags, "confirm"),
    allowPartial: flagOn(flags, "allowPartial"),
    failFast: flagOn(flags, "failFast"),
    parallelism: parallelismOf(flags, context),
    graceMs: parseDuration(flagText(flags, "grace") ?? GRACE_DEFAULT, "--grace"),
    flags,
  };
}

function refuseContradictions(
  flags: FlagValues,
  planFile: string | undefined,
  resume: string | undefined,
): void {
  if (planFile !== undefined && resume !== undefined) {
    throw usageError("--resume contradicts a saved plan", "give one of them");
  }
  if (flagOn(flags, "failFast") && flagOn(flags, "continueOnError")) {
    throw usageError("--fail-fast contradicts --continue-on-error", "give one of them");
  }
  if (planFile !== undefined) refusePlanning(flags, "a saved plan");
  if (resume !== undefined) refusePlanning(flags, "--resume");
}

function unattended(context: Context): Error {
  const why = wantsJson(context) ? "machine output leaves no room for a question" : "";
  const input = context.options.input ? "standard input is no terminal" : "--no-input is given";
  return usageError(
    `nobody can be asked whether to apply: ${why === "" ? input : why}`,
    "give --yes, or apply a saved plan: vpac plan --out FILE, vpac apply FILE",
  );
}

function refusePlanning(flags: FlagValues, what: string): void {
  const given = [...PLANNING_FLAGS, ...PLANNING_NUMBERS].find(
    (name) => flagText(flags, name) !== undefined || flagList(flags, name).length > 0,
  );
  if (given === undefined) return;
  const name = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usageError(
    `--${name} contradicts ${what}, which is applied exactly as it was planned`,
    `give --${name} to vpac plan`,
  );
}

function parallelismOf(flags: FlagValues, context: Context): number {
  const text = flagText(flags, "parallelism") ?? context.io.env["VPAC_PARALLELISM"];
  if (text === undefined) return PARALLELISM_DEFAULT;
  const number = Number(text);
  if (!/^\d{1,3}$/.test(text) || number < 1 || number > PARALLELISM_MAX) {
    throw usageError(`--parallelism: "${text}" is not a number from 1 to ${PARALLELISM_MAX}`);
  }
  return number;
}
