/** Catalogue of the plan room: plan files, stale plans and findings of the checker. */
import type { CodeEntry } from "../diagnostics/catalogue.ts";

type PlanCode =
  | "notAPlanFile"
  | "unknownFormat"
  | "alteredPlan"
  | "planTooLarge"
  | "otherLineage"
  | "alreadyApplied"
  | "tooOld"
  | "objectChanged"
  | "objectGone"
  | "objectAppeared"
  | "hostGone"
  | "hostUnusable"
  | "recordChanged"
  | "cannotBeSeen"
  | "brokenOrder"
  | "stepsMismatch"
  | "undeclaredDestroy"
  | "protectedTouched"
  | "hostRefused"
  | "overcommitted"
  | "ruleBroken"
  | "identityClash"
  | "notLiteral"
  | "secretShown"
  | "countsDiffer"
  | "digestDiffers";

export const CODES: Readonly<Record<PlanCode, CodeEntry>> = {
  notAPlanFile: {
    code: "VP4001",
    severity: "error",
    summary: "not a plan file",
    explanation:
      "The file does not have the two lines of a plan file, or one of them is not JSON of the " +
      "expected shape. Plan files are written by `vpac plan --out`; they are not edited by hand.",
    example: { wrong: "vpac apply notes.txt", right: "vpac plan --out p.plan; vpac apply p.plan" },
  },
  unknownFormat: {
    code: "VP4002",
    severity: "error",
    summary: "plan file of another format",
    explanation:
      "The file was written in a format that this version does not read. A plan is applied by " +
      "the version of vpac that made it, or by one that reads its format.",
    example: { wrong: '"format":"vpac.plan/9.0"', right: '"format":"vpac.plan/1.0"' },
  },
  alteredPlan: {
    code: "VP4003",
    severity: "error",
    summary: "plan file was altered",
    explanation:
      "What the file says does not match the digests it carries: it was edited, cut or damaged " +
      "after it was written. Only an unaltered plan is applied.",
    example: { wrong: "sed -i s/esx-01/esx-02/ p.plan", right: "vpac plan --out p.plan" },
  },
  planTooLarge: {
    code: "VP4004",
    severity: "error",
    summary: "plan file is too large",
    explanation:
      "The file is larger, or nested deeper, than any plan vpac writes. It is refused before it " +
      "is read, so that a hostile file cannot exhaust the machine.",
    example: { wrong: "a file of 2 GiB", right: "vpac plan --out p.plan" },
  },
  otherLineage: {
    code: "VP4010",
    severity: "error",
    summary: "plan is for another state",
    explanation:
      "The plan was made from a state of another lineage: another workspace, or a state that was " +
      "started anew. Its ids and revisions mean nothing here.",
    example: {
      wrong: "vpac -w prod apply staging.plan",
      right: "vpac -w staging apply staging.plan",
    },
  },
  alreadyApplied: {
    code: "VP4011",
    severity: "error",
    summary: "plan was applied before",
    explanation:
      "Each plan is applied once. The state lists this plan's digest among those applied, so a " +
      "second run would do again what is done already.",
    example: { wrong: "vpac apply p.plan; vpac apply p.plan", right: "vpac plan --out q.plan" },
  },
  tooOld: {
    code: "VP4012",
    severity: "error",
    summary: "plan is too old",
    explanation:
      "The plan is older than the setting planMaxAge allows (24 h by default). The longer a " +
      "plan lies, the less its reading of the world can be trusted.",
    example: { wrong: "applying last week's plan", right: "vpac plan --out p.plan" },
  },
  objectChanged: {
    code: "VP4013",
    severity: "error",
    summary: "object changed since the plan",
    explanation:
      "An object that the plan touches has another revision than when the plan was made. Objects " +
      "the plan does not touch may change freely.",
    example: { wrong: "powering a VM off between plan and apply", right: "vpac plan" },
  },
  objectGone: {
    code: "VP4014",
    severity: "error",
    summary: "object is gone since the plan",
    explanation: "An object that the plan changes or moves is no longer there.",
    example: { wrong: "deleting a VM between plan and apply", right: "vpac plan" },
  },
  objectAppeared: {
    code: "VP4015",
    severity: "error",
    summary: "object appeared since the plan",
    explanation:
      "The plan creates an object at an address where one has been made in the meantime. " +
      "Creating another would double it.",
    example: { wrong: "applying two plans of the same change", right: "vpac plan" },
  },
  hostGone: {
    code: "VP4016",
    severity: "error",
    summary: "host is gone since the plan",
    explanation: "The plan puts a workload on a host that is no longer in the inventory.",
    example: { wrong: "removing a host between plan and apply", right: "vpac plan" },
  },
  hostUnusable: {
    code: "VP4017",
    severity: "error",
    summary: "host is not usable any more",
    explanation:
      "The plan puts a workload on a host that is now disconnected, on standby or being emptied.",
    example: { wrong: "maintenance between plan and apply", right: "vpac plan" },
  },
  recordChanged: {
    code: "VP4018",
    severity: "error",
    summary: "record changed since the plan",
    explanation:
      "The state names another object at an address the plan touches than it did when the plan " +
      "was made: another run, or a state command, was faster.",
    example: { wrong: "vpac state rm between plan and apply", right: "vpac plan" },
  },
  cannotBeSeen: {
    code: "VP4019",
    severity: "error",
    summary: "object cannot be seen now",
    explanation:
      "The provider's reading is incomplete, and an object that the plan touches is not in it. " +
      "What cannot be seen is not assumed to be gone or unchanged.",
    example: { wrong: "applying while the provider is unreachable", right: "vpac providers" },
  },
  brokenOrder: {
    code: "VP4201",
    severity: "error",
    summary: "steps of the plan are not in order",
    explanation:
      "A step waits for one that is not in the plan or for itself, or starts before what it " +
      "needs. This is a bug in vpac or a plan made by hand.",
    example: { wrong: '"after":["s-99"]', right: '"after":["s-1"]' },
  },
  stepsMismatch: {
    code: "VP4202",
    severity: "error",
    summary: "steps do not match the changes",
    explanation:
      "A change lacks a step it needs, or a step belongs to no change. What is carried out must " +
      "be what is shown.",
    example: { wrong: "a create without a step", right: "one create step per created resource" },
  },
  undeclaredDestroy: {
    code: "VP4203",
    severity: "error",
    summary: "step destroys what the plan does not show",
    explanation: "Only changes shown as delete or replace may remove an object.",
    example: { wrong: "a remove step under a noop", right: "a remove step under a delete" },
  },
  protectedTouched: {
    code: "VP4204",
    severity: "error",
    summary: "step destroys a protected resource",
    explanation: "Resources with prevent-destroy are neither deleted nor replaced.",
    example: { wrong: "a delete of a protected VM", right: "a blocked change" },
  },
  hostRefused: {
    code: "VP4205",
    severity: "error",
    summary: "step puts a workload on a host that cannot take it",
    explanation: "The host of a step must be in the inventory, connected and schedulable.",
    example: { wrong: '"host":"esx-99"', right: '"host":"esx-01"' },
  },
  overcommitted: {
    code: "VP4206",
    severity: "error",
    summary: "host would be over-committed",
    explanation:
      "The reservations of the workloads on a host exceed what it has, at the end or while the " +
      "plan is carried out.",
    example: { wrong: "80 GiB reserved on 64 GiB", right: "60 GiB reserved on 64 GiB" },
  },
  ruleBroken: {
    code: "VP4207",
    severity: "error",
    summary: "placement breaks a rule that must hold",
    explanation:
      "A taint, a node selector, a required affinity or anti-affinity, a pin or a cluster " +
      "binding does not hold for a workload that the plan touches.",
    example: { wrong: "two rivals on one host", right: "one rival per host" },
  },
  identityClash: {
    code: "VP4208",
    severity: "error",
    summary: "object ids clash",
    explanation:
      "Two steps make objects of the same id, or a step acts on an object that is not ours.",
    example: { wrong: "two creates with one id", right: "one id per object" },
  },
  notLiteral: {
    code: "VP4209",
    severity: "error",
    summary: "step has an argument that is not literal",
    explanation:
      "Every argument of a step is fixed in the plan. A value that is known after apply must " +
      "come from an earlier step of the same plan.",
    example: { wrong: "a value from a later step", right: "a value from an earlier step" },
  },
  secretShown: {
    code: "VP4210",
    severity: "error",
    summary: "plan shows a sensitive value",
    explanation: "Sensitive fields appear in plans as salted hashes in steps, and never in diffs.",
    example: { wrong: '"password":"hunter2"', right: '"password":{"$sha256":"..."}' },
  },
  countsDiffer: {
    code: "VP4211",
    severity: "error",
    summary: "counts of the plan are wrong",
    explanation: "The summary of a plan counts each of its changes once.",
    example: { wrong: '"create":2 with one create', right: '"create":1' },
  },
  digestDiffers: {
    code: "VP4212",
    severity: "error",
    summary: "digest of the plan is wrong",
    explanation: "The plan's content does not give the digest it carries.",
    example: { wrong: "a plan changed after it was made", right: "the plan as it was made" },
  },
};
