import type { Command } from "../command.ts";
import { exitOf } from "../exit.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { tableText } from "../views/human/table.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { PROVIDER_TYPES } from "../wiring/providers.ts";

/** Lists the platforms this build can talk to. */
export const command: Command = {
  run: (_args, _flags, context) => {
    const exit = exitOf(0);
    emitMachine(context, jsonText(documentOf("providers", { items: PROVIDER_TYPES }, exit)));
    if (!wantsJson(context)) {
      const rows = PROVIDER_TYPES.map(({ type, short, available, what }) => [
        type,
        short,
        available ? "yes" : "not in this build",
        what,
      ]);
      context.io.stdout.write(
        tableText({ headers: ["TYPE", "SHORT", "AVAILABLE", "PLATFORM"], rows }),
      );
    }
    return Promise.resolve(exit);
  },
};
