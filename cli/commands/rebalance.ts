import { type Command, flagOn, flagText } from "../command.ts";
import { usageError } from "../exit.ts";
import { command as applyCommand } from "./apply.ts";
import { command as planCommand } from "./plan.ts";

/** A plan of moves only, whoever decides on them otherwise; shown, saved or carried out. */
export const command: Command = {
  async run(_args, flags, context) {
    const carriesOut = flagOn(flags, "apply") || flagOn(flags, "yes");
    const out = flagText(flags, "out");
    if (carriesOut && out !== undefined) {
      throw usageError("--out contradicts --apply", "save the moves, or make them");
    }
    const asked = { ...flags, movesOnly: true };
    return await (carriesOut ? applyCommand : planCommand).run([], asked, context);
  },
};
