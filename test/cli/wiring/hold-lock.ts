/** A process that takes the lock of the folder it is given, says so, and holds it until it dies. */
import { openStorage } from "../../../cli/wiring/storage.ts";

const folder = process.argv[2] ?? "";
const owner = {
  id: `child-${process.pid}`,
  operation: "apply",
  who: "child",
  createdAt: "2026-11-22T00:00:00.000Z",
  processId: 0,
  info: "",
};
const result = await openStorage(folder).lock(owner);
process.stdout.write(`${result.is}\n`);
setInterval(() => undefined, 60_000);
