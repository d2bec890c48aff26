/** The only file that reads the arguments and the environment and sets the exit code. */
import { VERSION } from "./version.ts";

const args = process.argv.slice(2);
const [first] = args;

if (args.length === 1 && (first === "version" || first === "--version" || first === "-V")) {
  process.stdout.write(`vpac ${VERSION}\n`);
} else if (first === "__complete") {
  // Completion answers between two key strokes: no parser of arguments is loaded for it.
  const { complete } = await import("./completion/complete.ts");
  process.stdout.write(complete(args.slice(1), { env: process.env, cwd: process.cwd() }));
} else {
  const { runMain } = await import("./run.ts");
  process.exitCode = await runMain(args);
}
