import type { Context } from "../context.ts";
import { type Exit, exitOf } from "../exit.ts";
import { wantsJson } from "../output.ts";
import { systemClock } from "../wiring/clock.ts";
import { listenForStop } from "../wiring/signals.ts";
import { type Listing, listingTable } from "./render.ts";

const POLL_MS = 2000;

/** Prints the list, then every row that changed, until a signal ends it. */
export async function watchLoop<Item>(
  context: Context,
  look: () => Promise<{ readonly exit: Exit; readonly listing: Listing<Item> }>,
): Promise<Exit> {
  const clock = systemClock(context.io.env);
  const stop = listenForStop(() => {});
  let before = new Map<string, string>();
  try {
    for (let round = 0; !stop.stop.aborted; round++) {
      const { listing } = await look();
      const now = new Map<string, string>();
      const changed = listing.items.filter((item) => {
        const text = JSON.stringify(listing.json(item));
        now.set(listing.name(item), text);
        return before.get(listing.name(item)) !== text;
      });
      print(context, { ...listing, items: changed, headers: listing.headers && round === 0 });
      before = now;
      await clock.sleep(POLL_MS, stop.stop);
    }
    return exitOf(stop.code() ?? 130);
  } finally {
    stop.dispose();
  }
}

function print<Item>(context: Context, listing: Listing<Item>): void {
  const { stdout } = context.io;
  const { is } = context.options.output;
  if (wantsJson(context)) {
    for (const item of listing.items) stdout.write(`${JSON.stringify(listing.json(item))}\n`);
  } else if (is === "name") {
    for (const item of listing.items) stdout.write(`${listing.name(item)}\n`);
  } else stdout.write(listingTable(listing, is === "wide"));
}
