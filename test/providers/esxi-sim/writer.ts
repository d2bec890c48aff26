// A process of its own that makes Pods and says which are made, until it is killed.
// Run as: node writer.ts DATA_FOLDER FIRST COUNT PARALLEL
import { openEsxiSim } from "../../../providers/esxi-sim/index.ts";
import { systemClock } from "../../../cli/wiring/clock.ts";
import { podIntent } from "../../contract/subjects.ts";

const [dataFolder = "", first = "1", count = "100", parallel = "8"] = process.argv.slice(2);
const clock = systemClock({});
const provider = await openEsxiSim({
  config: { name: "sim", type: "esxi-sim", settings: {} },
  dataFolder,
  baseFolder: dataFolder,
  clock,
  entropy: { uuid: () => "", u32: () => 0 },
});
const context = { clock, signal: new AbortController().signal, log: () => undefined };
let next = Number(first);
const end = next + Number(count);

async function work(): Promise<void> {
  while (next < end) {
    const number = next++;
    const outcome = await provider.create(podIntent(number), context);
    if (outcome.is !== "done" || outcome.notStarted !== undefined) {
      throw new Error(JSON.stringify(outcome));
    }
    process.stdout.write(`${number}\n`);
  }
}

await Promise.all(Array.from({ length: Number(parallel) }, () => work()));
await provider.close();
