import type { CodeEntry } from "../diagnostics/catalogue.ts";

type ObserveCode = "unreachable" | "timedOut" | "incomplete" | "faulty" | "cancelled";

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
};
