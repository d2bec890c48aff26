import type { Command } from "../command.ts";
import { SCRIPTS } from "../completion/scripts.ts";
import { exitOf, usageError } from "../exit.ts";

/** Prints the completion script of one shell. */
export const command: Command = {
  run: ([shell = ""], _flags, context) => {
    const script = SCRIPTS.get(shell);
    if (script === undefined) {
      throw usageError(
        `no completion for "${shell}"`,
        `use one of ${[...SCRIPTS.keys()].join(", ")}`,
      );
    }
    context.io.stdout.write(script);
    return Promise.resolve(exitOf(0));
  },
};
