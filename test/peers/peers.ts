import { describe, test } from "vitest";
import { missingPeers, type PeerSuite } from "./missing.ts";

/**
 * A `describe` for tests that need real servers. Where one is missing, the tests are skipped under
 * a name that says what is missing; under CI that is a failure.
 */
export function describeWithPeers(suite: PeerSuite, title: string, define: () => void): void {
  const missing = missingPeers(suite);
  if (missing.length === 0) {
    describe(title, define);
  } else if (process.env["CI"]) {
    test(`${title}: the peers are there`, () => {
      throw new Error(`missing: ${missing.join("; ")}`);
    });
  } else {
    describe.skip(`${title} (left out, missing: ${missing.join("; ")})`, define);
  }
}
