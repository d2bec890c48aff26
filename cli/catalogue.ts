import type { CodeEntry } from "../engine/diagnostics/catalogue.ts";

type CliCode =
  | "usage"
  | "unattended"
  | "planFile"
  | "confirm"
  | "gate"
  | "blocked"
  | "locked"
  | "notFound"
  | "signature"
  | "cancelled"
  | "run"
  | "failed"
  | "bug";

/** What the command line itself can object to (VP7000 to VP7499). */
export const CLI_CODES: Readonly<Record<CliCode, CodeEntry>> = {
  usage: {
    code: "VP7001",
    severity: "error",
    summary: "wrong arguments",
    explanation:
      "A command, a flag or a value was not understood, or two of them contradict each other. " +
      "Nothing was read and nothing was changed. The help of the command lists what it takes.",
    example: { wrong: "vpac plann", right: "vpac plan" },
  },
  unattended: {
    code: "VP7002",
    severity: "error",
    summary: "nobody can be asked",
    explanation:
      "The command would ask before it changes anything, but standard input is no terminal, or " +
      "asking was switched off. Give --yes, or apply a saved plan: the file is the approval.",
    example: { wrong: "vpac apply < /dev/null", right: "vpac apply --yes < /dev/null" },
  },
  planFile: {
    code: "VP7003",
    severity: "error",
    summary: "plan file cannot be used",
    explanation:
      "The file is not a saved plan, was cut short, was written by another format version, or " +
      "was changed after it was made: its digest no longer fits. Make the plan again.",
    example: { wrong: "vpac apply notes.txt", right: "vpac plan --out shop.vpacplan" },
  },
  confirm: {
    code: "VP7004",
    severity: "error",
    summary: "confirmation is missing",
    explanation:
      "The plan destroys objects, or replaces some with loss of data. Besides --yes this needs " +
      "the name of the workspace, typed at the prompt or given with --confirm.",
    example: { wrong: "vpac destroy --yes", right: "vpac destroy --yes --confirm default" },
  },
  gate: {
    code: "VP7005",
    severity: "error",
    summary: "a gate holds the plan",
    explanation:
      "A budget, a protection, the brake on mass deletion or the guard against emptied documents " +
      "refuses the plan. The message names the gate and what opens it. Nothing was changed.",
    example: { wrong: "vpac apply --yes", right: "vpac apply --yes --allow-destroy 12" },
  },
  blocked: {
    code: "VP7006",
    severity: "error",
    summary: "the plan has blocked changes",
    explanation:
      "Nothing can be done about some changes now: no host takes a workload, or a resource is " +
      "protected. Apply stops before its first step, so that what is half wanted is not half done.",
    example: { wrong: "vpac apply --yes", right: "vpac apply --yes --allow-partial" },
  },
  locked: {
    code: "VP7007",
    severity: "error",
    summary: "the state is locked",
    explanation:
      "Another command that writes holds the lock of this workspace. The message names it and " +
      "tells since when. A holder that died does not count. Wait for it with --lock-timeout.",
    example: { wrong: "vpac apply --yes", right: "vpac apply --yes --lock-timeout 5m" },
  },
  notFound: {
    code: "VP7008",
    severity: "error",
    summary: "no such object",
    explanation:
      "Nothing with this address, kind or name is declared, recorded or observed in the " +
      "workspace. An address is kind/namespace/name, or kind/name for kinds without a namespace.",
    example: { wrong: "vpac describe vm/db-0", right: "vpac describe vm/shop/db-0" },
  },
  signature: {
    code: "VP7009",
    severity: "error",
    summary: "the plan carries no valid signature",
    explanation:
      "The command was told to apply signed plans only, and this plan has no signature that " +
      "could be checked. Nothing was changed.",
    example: { wrong: "vpac apply --require-signature", right: "vpac apply shop.vpacplan" },
  },
  cancelled: {
    code: "VP7010",
    severity: "error",
    summary: "cancelled at the prompt",
    explanation: "The question was answered with no, or not answered. Nothing was changed.",
    example: { wrong: "no", right: "yes" },
  },
  run: {
    code: "VP7011",
    severity: "error",
    summary: "the run cannot be used",
    explanation:
      "There is no run with this id in the data folder, its files cannot be read, or it has " +
      "ended already. The last fifty runs are kept.",
    example: { wrong: "vpac show 1234", right: "vpac show 3f0c1b5e-…" },
  },
  failed: {
    code: "VP7012",
    severity: "error",
    summary: "the command failed",
    explanation: "The command could not do its work; the message tells why.",
    example: { wrong: "vpac fmt", right: "vpac validate" },
  },
  bug: {
    code: "VP9001",
    severity: "error",
    summary: "internal error",
    explanation:
      "Something happened that cannot happen if vpac is right. It is never the fault of a " +
      "document. A crash file holds the details; nothing recorded is lost, since the journal is " +
      "durable.",
    example: { wrong: "exit code 70", right: "report it with the crash file" },
  },
};

/** The entry a failure belongs to when it names none itself, by its exit code. */
export function entryOfExit(exitCode: number): CodeEntry {
  if (exitCode === 64) return CLI_CODES.usage;
  if (exitCode === 5) return CLI_CODES.locked;
  if (exitCode === 6) return CLI_CODES.planFile;
  if (exitCode === 4) return CLI_CODES.gate;
  if (exitCode === 3) return CLI_CODES.blocked;
  if (exitCode === 10) return CLI_CODES.cancelled;
  return CLI_CODES.failed;
}
