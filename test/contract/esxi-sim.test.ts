import { simHarness } from "../support/esxi-sim.ts";
import { contractSuite } from "./suite.ts";

contractSuite(simHarness("embedded"));
contractSuite(simHarness("socket"));
