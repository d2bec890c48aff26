import type { CodeEntry } from "../diagnostics/catalogue.ts";

type ApplyCode =
  | "refused"
  | "conflict"
  | "unknown"
  | "notStarted"
  | "busy"
  | "outputMissing"
  | "providerMissing"
  | "notRecorded";

/** Why a step did not end well. */
export const CODES: Readonly<Record<ApplyCode, CodeEntry>> = {
  refused: {
    code: "VP6001",
    severity: "error",
    summary: "provider refused the operation",
    explanation:
      "The provider answered that it will not carry out the operation, and that nothing was " +
      "changed. What depends on the object is skipped; everything else goes on.",
    example: { wrong: "a VM with 0 CPUs", right: "a VM the platform accepts" },
  },
  conflict: {
    code: "VP6002",
    severity: "error",
    summary: "object changed since the plan",
    explanation:
      "The object is not as the plan found it, or its name is taken by an object that is not " +
      "ours. Nothing was changed. A new plan shows what is different.",
    example: { wrong: "apply of an old plan", right: "vpac plan, then vpac apply" },
  },
  unknown: {
    code: "VP6003",
    severity: "error",
    summary: "outcome of the operation is not known",
    explanation:
      "The provider did not answer, and sending the same call again did not bring an answer " +
      "either. The operation may have had its effect or not. It stays open in the state; the " +
      "next run finds out and goes on from there.",
    example: { wrong: "the network is cut during a create", right: "run apply again" },
  },
  notStarted: {
    code: "VP6004",
    severity: "error",
    summary: "object was made but does not run",
    explanation:
      "The object exists and is recorded, but the platform cannot start it. It is kept as it is: " +
      "a failed start never destroys anything. What depends on it is skipped.",
    example: { wrong: "a limit above every host", right: "a limit that some host can give" },
  },
  busy: {
    code: "VP6005",
    severity: "error",
    summary: "provider kept failing for a moment",
    explanation:
      "The provider answered each time that it cannot do the operation now, and that nothing was " +
      "changed. The number of attempts is used up; a later run tries again.",
    example: { wrong: "a platform under maintenance", right: "run apply again later" },
  },
  outputMissing: {
    code: "VP6006",
    severity: "error",
    summary: "value of an earlier step is missing",
    explanation:
      "The step needs a value that the provider gives when an earlier object is made, and the " +
      "provider gave none. The step was not started.",
    example: { wrong: "an address the provider never told", right: "an output that it gives" },
  },
  providerMissing: {
    code: "VP6007",
    severity: "error",
    summary: "provider of the step is not open",
    explanation: "The provider that holds the object could not be opened, so nothing was sent.",
    example: { wrong: "the platform is unreachable", right: "run apply again" },
  },
  notRecorded: {
    code: "VP6008",
    severity: "error",
    summary: "operation cannot be recorded",
    explanation:
      "The state folder takes no more records. What was not begun is not started, since vpac " +
      "sends nothing that it could forget; what was begun is found out about in the next run.",
    example: { wrong: "apply on a full disk", right: "free space, then apply again" },
  },
};
