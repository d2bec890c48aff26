import { type Command, type FlagValues, flagOn } from "../command.ts";
import type { Context } from "../context.ts";
import { CommandError, type Exit, exitOf } from "../exit.ts";
import { CLI_CODES } from "../catalogue.ts";
import { ITEM_COLUMNS, itemJson } from "../looking/item-view.ts";
import { type Item, itemsOf } from "../looking/items.ts";
import { isWanted, parseWanted, type Wanted } from "../looking/kinds.ts";
import { type Listing, printListing } from "../looking/render.ts";
import { selected } from "../looking/select.ts";
import { tellProblems } from "../looking/problems.ts";
import { watchLoop } from "../looking/watch.ts";
import { lookAtWorld } from "../looking/world.ts";
import { cleanLine } from "../views/clean.ts";

/** Lists objects with their health, live where they can be seen. */
export const command: Command = {
  async run([kind = "", name], flags, context) {
    const asked = name === undefined ? kind : `${kind}/${name}`;
    if (flagOn(flags, "watch")) return await watchLoop(context, () => once(asked, flags, context));
    return (await once(asked, flags, context)).exit;
  },
};

async function once(
  asked: string,
  flags: FlagValues,
  context: Context,
): Promise<{ readonly exit: Exit; readonly listing: Listing<Item> }> {
  const [{ kinds }, world] = await Promise.all([
    import("../../schemas/index.ts"),
    lookAtWorld(context),
  ]);
  const items = itemsOf(world);
  const wanted = parseWanted(asked, { kinds, items });
  const exit = tellProblems(context, world.diagnostics);
  const found = selected(visible(items, wanted, flagOn(flags, "all")), flags);
  if (wanted.name !== undefined && found.length === 0 && exit.code === 0) throw notFound(asked);
  const listing: Listing<Item> = {
    document: "list",
    items: found,
    json: itemJson,
    name: ({ address }) => address,
    columns: ITEM_COLUMNS,
    headers: flags["headers"] !== false,
    empty: "nothing found",
    single: wanted.name !== undefined && found.length === 1,
    exit,
  };
  if (!flagOn(flags, "watch")) printListing(context, listing);
  return { exit, listing };
}

/** Helpers show with `--all`, or when they are asked for by name. */
const visible = (items: readonly Item[], wanted: Wanted, all: boolean): readonly Item[] =>
  items.filter(
    (item) => isWanted(item, wanted) && (all || wanted.name !== undefined || !item.helper),
  );

const notFound = (asked: string): CommandError =>
  new CommandError(exitOf(1), `there is no ${cleanLine(asked)} in this workspace`, {
    code: CLI_CODES.notFound.code,
    help: ["list what is there: vpac get all"],
  });
