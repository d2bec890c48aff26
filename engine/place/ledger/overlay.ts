import type { Ledger } from "./ledger.ts";

/** Runs `attempt` on the ledger and takes back whatever it placed: every what-if is this one. */
export function whatIf<Value>(ledger: Ledger, attempt: () => Value): Value {
  const mark = ledger.mark();
  try {
    return attempt();
  } finally {
    ledger.rollback(mark);
  }
}
