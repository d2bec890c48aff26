import { CODES } from "./codes.ts";
import { type HeldDomain, isStarting } from "./domains.ts";
import { workOn } from "./migrate.ts";
import { type Operation, refusal } from "./operation.ts";
import { readAgain } from "./reading.ts";

const POLL_MS = 250;

/**
 * Waits for the end of a start that an earlier call began: the machine runs then, or is off. Throws
 * a refusal where its daemon has lost the start, and where it takes too long.
 */
export async function awaitStart(held: HeldDomain, operation: Operation): Promise<HeldDomain> {
  let now = held;
  for (let waitedMs = 0; isStarting(now.run); waitedMs += POLL_MS) {
    operation.log({ phase: "start", detail: "an earlier start is waited for" });
    if ((await workOn(now, operation)) === "held") await refuseLost(now, operation);
    if (waitedMs >= operation.deadlineMs / 2) {
      const why = `machine "${now.facts.name}" is still being started by an earlier call`;
      throw refusal("transient", CODES.noAnswer, why);
    }
    await operation.pause(POLL_MS);
    now = await readAgain(now, operation);
  }
  return now;
}

/**
 * A daemon that is killed before it knows the emulator's process takes the domain up as active,
 * and with it the start that nobody carries on: from then on nothing can be done to it.
 */
export async function refuseLost(held: HeldDomain, operation: Operation): Promise<void> {
  const { link, facts, run } = await readAgain(held, operation);
  if (!isStarting(run)) return;
  const why =
    `the daemon of host "${link.name}" was killed while it started machine "${facts.name}", and ` +
    "lets nobody change it since: if no emulator of it runs on that host, stop libvirtd there, " +
    `remove /run/libvirt/qemu/${facts.name}.xml, and start libvirtd`;
  throw refusal("forbidden", CODES.startLost, why);
}
