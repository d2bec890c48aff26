import { CODES } from "./codes.ts";
import { type HeldDomain, isMoving, powerOf } from "./domains.ts";
import { dropArrival, workOn } from "./migrate.ts";
import { type Operation, refusal } from "./operation.ts";
import { switchOff } from "./power.ts";
import { readAgain } from "./reading.ts";
import { awaitStart, refuseLost } from "./start.ts";
import { deleteVolumes } from "./volumes.ts";
import { findObject, type Found, refuseUnclear, type World } from "./world.ts";
import { isActive, keepDefined, undefine } from "./writing.ts";

const POLL_MS = 250;
/** How long the source of a move has nothing to do with it before what arrives is thrown away. */
const DESERTED_MS = 5000;

/**
 * Ends what an earlier call left under way: a start or a migration is waited for, what it left
 * halted runs on, and of two definitions of one machine only that which counts stays.
 */
export async function settleMoves(
  world: World,
  found: Found,
  operation: Operation,
): Promise<HeldDomain> {
  const settled = await awaitMoves(world, found, operation);
  const { domain, twins } = settled;
  refuseUnclear(settled, found.domain?.facts.name ?? "");
  if (domain === undefined) {
    throw refusal("transient", CODES.notFound, "the machine is gone while it was moved");
  }
  await keepDefined(domain, operation);
  for (const twin of twins) {
    if (twin.tag?.lineage !== domain.tag?.lineage) continue;
    if (isActive(twin.run.state)) await switchOff(twin, operation);
    if (!world.settings.isStorageShared) await deleteVolumes(twin.link, twin.dom.uuid, operation);
    await undefine(twin, operation);
  }
  const started = await awaitStart(domain, operation);
  if (!isMoving(started.run)) return started;
  await operation.tell(started.link, "DomainResume", { dom: started.dom });
  return readAgain(started, operation);
}

async function awaitMoves(world: World, found: Found, operation: Operation): Promise<Found> {
  let now = found;
  let desertedFromMs = 0;
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const { isUnderWay, deserted } = await movesOf(now, operation);
    if (!isUnderWay) return now;
    if (waitedMs >= operation.deadlineMs / 2) {
      const name = now.domain?.facts.name ?? "";
      const why = `machine "${name}" is still being moved by an earlier call`;
      throw refusal("transient", CODES.noAnswer, why);
    }
    if (deserted === undefined) {
      desertedFromMs = waitedMs + POLL_MS;
    } else if (waitedMs - desertedFromMs >= DESERTED_MS) {
      await dropArrival(deserted, operation);
      desertedFromMs = waitedMs;
    }
    operation.log({ phase: "move", detail: "an earlier move is waited for" });
    await operation.pause(POLL_MS);
    now = await findObject(world, found.domain?.dom.uuid ?? "", operation);
  }
}

interface Moves {
  readonly isUnderWay: boolean;
  /** A half that arrives while the machine runs elsewhere, and nothing is done to it there. */
  readonly deserted: HeldDomain | undefined;
}

async function movesOf({ domain, twins }: Found, operation: Operation): Promise<Moves> {
  let isUnderWay = false;
  let arriving: HeldDomain | undefined;
  let isIdle = false;
  for (const held of [domain, ...twins]) {
    if (held === undefined || !isActive(held.run.state)) continue;
    const work = await workOn(held, operation);
    if (work === "held") await refuseLost(held, operation);
    if (work === "arriving") arriving = held;
    isUnderWay ||= work === "leaving" || work === "arriving";
    isIdle ||= work === "none" && !isMoving(held.run) && powerOf(held.run) === "on";
  }
  return { isUnderWay, deserted: isIdle ? arriving : undefined };
}
