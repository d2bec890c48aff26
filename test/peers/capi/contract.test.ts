import { afterAll } from "vitest";
import { contractSuite } from "../../contract/suite.ts";
import { clusterApiHarness } from "../../support/cluster-api.ts";
import { describeWithPeers } from "../peers.ts";

describeWithPeers("capi", "a management cluster keeps the provider contract", () => {
  const harness = clusterApiHarness();
  afterAll(() => harness.stop());
  contractSuite(harness);
});
