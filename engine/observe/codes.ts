import type { CodeEntry } from "../diagnostics/catalogue.ts";

type ObserveCode =
  | "unreachable"
  | "timedOut"
  | "incomplete"
  | "faulty"
  | "cancelled"
  | "accessMissing"
  | "wouldRefuse"
  | "unreviewed"
  | "insecure";

/** What can go wrong while the world is read. */
export const CODES: Readonly<Record<ObserveCode, CodeEntry>> = {
  unreachable: {
    code: "VP6101",
    severity: "error",
    summary: "provider cannot be read",
    explanation:
      "A provider could not be opened or refused to answer. What it holds is not known, and " +
      "nothing is concluded from that: a plan without it could make things twice or destroy them.",
    example: { wrong: "endpoint: https://wrong.example", right: "endpoint: https://vc.example" },
  },
  timedOut: {
    code: "VP6102",
    severity: "error",
    summary: "provider did not answer in time",
    explanation:
      "A provider did not answer within the time limit. What it holds is not known. Raise " +
      "`--timeout`, or try again when the platform is less busy.",
    example: { wrong: "--timeout 1s", right: "--timeout 60s" },
  },
  incomplete: {
    code: "VP6103",
    severity: "warning",
    summary: "reading is incomplete",
    explanation:
      "A provider answered, but said that part of its world is missing from the answer. Objects " +
      "that are not seen are kept as they are recorded.",
    example: { wrong: "a page of the list was lost", right: "the whole list" },
  },
  faulty: {
    code: "VP6104",
    severity: "error",
    summary: "provider failed while it was read",
    explanation:
      "The adapter of a provider threw an error that it should have reported as data. That is a " +
      "bug in the adapter; its part of the world is not known.",
    example: { wrong: "TypeError in a provider", right: "a ProviderError with its problem" },
  },
  cancelled: {
    code: "VP6105",
    severity: "error",
    summary: "reading was cancelled",
    explanation: "The run was stopped before the provider had answered.",
    example: { wrong: "Ctrl-C while reading", right: "let the reading end" },
  },
  accessMissing: {
    code: "VP6106",
    severity: "error",
    summary: "access is missing",
    explanation:
      "The platform says that the account vpac uses may not do what the plan would do. Nothing " +
      "was changed; grant the named verb on the named resource, or use another account.",
    example: {
      wrong: "verbs: [get, list, watch]",
      right: "verbs: [get, list, watch, create, patch, delete]",
    },
  },
  wouldRefuse: {
    code: "VP6107",
    severity: "error",
    summary: "platform would refuse this",
    explanation:
      "The platform was asked, without a change, whether it would accept an object of the plan, " +
      "and its own checks refuse it. The message is the platform's.",
    example: { wrong: 'cidrBlocks: ["10.0.0.0/33"]', right: 'cidrBlocks: ["10.0.0.0/16"]' },
  },
  unreviewed: {
    code: "VP6108",
    severity: "warning",
    summary: "platform was not asked about the plan",
    explanation:
      "The platform could not be asked whether it would accept the plan. The plan stands, but a " +
      "refusal will only be seen when it is applied.",
    example: { wrong: "--timeout 1s", right: "--timeout 60s" },
  },
  insecure: {
    code: "VP6109",
    severity: "warning",
    summary: "provider is reached in an unsafe way",
    explanation:
      "The platform answers, but the way to it is not as safe as it should be: certificates that " +
      "are not checked, for example. With `--strict` this is an error.",
    example: { wrong: "insecure-skip-tls-verify: true", right: "certificate-authority: ca.crt" },
  },
};
