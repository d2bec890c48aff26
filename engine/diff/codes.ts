import type { CodeEntry } from "../diagnostics/catalogue.ts";

type DiffCode =
  | "targetsAdded"
  | "selectionEmpty"
  | "replaceUnknown"
  | "foundUnrecorded"
  | "adoptMissing"
  | "adoptForeign"
  | "nameTaken"
  | "versionDowngrade"
  | "versionSkipped"
  | "providerChanged"
  | "providerIncomplete"
  | "hostTwice";

/** Everything `diff` may complain about. */
export const CODES: Readonly<Record<DiffCode, CodeEntry>> = {
  targetsAdded: {
    code: "VP2500",
    severity: "note",
    summary: "selection was completed",
    explanation:
      "A selection is always closed: what the selected resources depend on is added, and what " +
      "depends on excluded resources is left out as well.",
    example: { wrong: "--target pod/shop/web", right: "--target pod/shop/web --target ns/shop" },
  },
  selectionEmpty: {
    code: "VP2501",
    severity: "error",
    summary: "selection matches nothing",
    explanation:
      "No declared or recorded resource has an address that matches. `*` stands for any run of " +
      "characters within one part of an address.",
    example: { wrong: "--target vm/db", right: "--target vm/shop/db" },
  },
  replaceUnknown: {
    code: "VP2502",
    severity: "error",
    summary: "nothing to replace",
    explanation: "Only a declared resource that exists can be replaced.",
    example: { wrong: "--replace vm/shop/gone", right: "--replace vm/shop/db" },
  },
  foundUnrecorded: {
    code: "VP2503",
    severity: "warning",
    summary: "found, not recorded",
    explanation:
      "An object carries the mark of this state, but the state does not record it and no " +
      "document declares it. Nothing is done about it: declare it to adopt it, or remove it.",
    example: { wrong: "a VM left over by a lost state", right: "declare it, then plan again" },
  },
  adoptMissing: {
    code: "VP2504",
    severity: "error",
    summary: "object to adopt does not exist",
    explanation:
      "The annotation vpac.dev/adopt names an object that its provider does not report. " +
      "`vpac sim list` and `vpac import` show the ids there are.",
    example: { wrong: "vpac.dev/adopt: vm-1", right: "vpac.dev/adopt: 8f6f0c1e-…" },
  },
  adoptForeign: {
    code: "VP2505",
    severity: "error",
    summary: "object to adopt belongs to another state",
    explanation:
      "The object carries the mark of another lineage, so another vpac manages it. Release it " +
      "there first with `vpac state forget`.",
    example: { wrong: "adopting a VM of workspace prod from test", right: "forget it in prod" },
  },
  nameTaken: {
    code: "VP2506",
    severity: "warning",
    summary: "name is taken by an object that is not ours",
    explanation:
      "The provider holds an object of the same kind and name that this state did not make. It " +
      "is left alone. Adopt it by its id, or choose another name.",
    example: { wrong: "a VM db made by hand", right: "vpac.dev/adopt: <id of that VM>" },
  },
  versionDowngrade: {
    code: "VP2507",
    severity: "error",
    summary: "Kubernetes version cannot go down",
    explanation:
      "A guest cluster can be upgraded, never downgraded. Make a new cluster with the older " +
      "version and move the workloads.",
    example: { wrong: "v1.33 after v1.34", right: "v1.34 or newer" },
  },
  versionSkipped: {
    code: "VP2508",
    severity: "error",
    summary: "Kubernetes version skips a minor",
    explanation:
      "A guest cluster is upgraded one minor version at a time, within one major version.",
    example: { wrong: "v1.31 after v1.29", right: "v1.30, then v1.31" },
  },
  providerChanged: {
    code: "VP2509",
    severity: "error",
    summary: "resource cannot change its provider",
    explanation:
      "An object cannot go from one provider to another. Remove the resource, apply, and declare " +
      "it again, or give the new one another name.",
    example: { wrong: "vpac.dev/provider: kvm on a recorded VM of sim", right: "a new name" },
  },
  providerIncomplete: {
    code: "VP2510",
    severity: "warning",
    summary: "provider could not be read completely",
    explanation:
      "What a provider did not report may still exist, so nothing is created, changed or removed " +
      "on the strength of its absence. Affected changes are blocked until it answers.",
    example: { wrong: "plan while the platform is down", right: "plan again when it is up" },
  },
  hostTwice: {
    code: "VP2511",
    severity: "error",
    summary: "two providers report a host of one name",
    explanation:
      "Hosts are told apart by their names, over all providers. Two that are called the same " +
      "could not be: name one of them otherwise in the Environment, or on its platform.",
    example: { wrong: "host node-1 of sim and of kvm", right: "host: kvm-node-1" },
  },
};
