import type { Command } from "../command.ts";
import { exitOf } from "../exit.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { VERSION } from "../version.ts";
import { documentOf, jsonText } from "../views/json/document.ts";

/** Prints the version; nothing is looked up anywhere. */
export const command: Command = {
  run: (_args, _flags, context) => {
    const exit = exitOf(0);
    emitMachine(
      context,
      jsonText(documentOf("version", { version: VERSION, node: process.versions.node }, exit)),
    );
    if (!wantsJson(context)) context.io.stdout.write(`vpac ${VERSION}\n`);
    return Promise.resolve(exit);
  },
};
