import { type JsonObject, stringAt } from "../../engine/model/json.ts";
import type { PowerState } from "../../engine/model/observation.ts";
import { CODES } from "./codes.ts";
import { type HeldDomain, powerOf } from "./domains.ts";
import { isMissing, type Operation, problemOf, refusal } from "./operation.ts";
import { readAgain, readHeld } from "./reading.ts";
import { LibvirtError } from "./rpc/errors.ts";
import { SHUTDOWN } from "./rpc/flags.ts";
import { awaitStart } from "./start.ts";
import type { World } from "./world.ts";

/** Why a machine exists and does not run. */
export interface NotStarted {
  readonly code: string;
  readonly message: string;
}

/** How long a guest may take to shut down before it is switched off. */
const GRACE_MS = 60_000;
/** The same where the machine and its disks go away afterwards. */
const LAST_GRACE_MS = 15_000;
const POLL_MS = 250;
const ASK_AGAIN_MS = 5000;

/** The power state that attributes ask for; machines run unless they say otherwise. */
export function wishedPower(attributes: JsonObject): PowerState {
  const given = stringAt(attributes, "power") ?? stringAt(attributes, "spec", "powerState") ?? "on";
  const word = given.toLowerCase();
  if (word === "suspended") return "suspended";
  return word === "poweredoff" || word === "off" ? "off" : "on";
}

/** How a machine may be stopped; a guest that does not react is switched off unless it is soft. */
function stopMode(attributes: JsonObject): "hard" | "soft" | "trysoft" {
  const mode = stringAt(attributes, "spec", "powerOffMode")?.toLowerCase();
  return mode === "hard" || mode === "soft" ? mode : "trysoft";
}

/** Starts a machine where there is room for it. Undefined when it runs. */
async function powerOn(
  world: World,
  held: HeldDomain,
  attributes: JsonObject,
  operation: Operation,
): Promise<NotStarted | undefined> {
  const { link, dom } = held;
  if (powerOf(held.run) === "suspended") {
    return attempt(held, operation, () => operation.tell(link, "DomainResume", { dom }));
  }
  if (powerOf(held.run) === "on") return undefined;
  const start = (): Promise<unknown> =>
    operation.tell(link, "DomainCreateWithFlags", { dom, flags: 0 });
  const machine = { objectId: dom.uuid, attributes };
  return attempt(held, operation, () => world.admission.admitted(link, machine, operation, start));
}

/** What libvirt refuses is told, unless the machine runs all the same, or soon does. */
async function attempt(
  held: HeldDomain,
  operation: Operation,
  work: () => Promise<unknown>,
): Promise<NotStarted | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined || (problem.type === "transient" && !isAnswer(error))) throw error;
    const now = await readHeld(held.link, held.dom, operation);
    const then = now === undefined ? undefined : await awaitStart(now, operation);
    if (then !== undefined && powerOf(then.run) === "on") return undefined;
    const code = isAnswer(error) ? CODES.startFailed : problem.code;
    return { code, message: `machine "${held.facts.name}" does not run: ${problem.message}` };
  }
}

const isAnswer = (error: unknown): boolean => error instanceof LibvirtError;

/** Stops a machine as its wish says: it is asked first, and switched off when it does not react. */
export async function powerOff(
  held: HeldDomain,
  attributes: JsonObject,
  operation: Operation,
  isLast = false,
): Promise<void> {
  const mode = powerOf(held.run) === "suspended" ? "hard" : stopMode(attributes);
  if (powerOf(held.run) === "off") return;
  const graceMs = isLast && mode === "trysoft" ? LAST_GRACE_MS : GRACE_MS;
  if (mode !== "hard" && (await shutDown(held, graceMs, operation))) return;
  if (mode === "soft") {
    const why = `machine "${held.facts.name}" did not shut down, and its powerOffMode is Soft`;
    throw refusal("conflict", CODES.stopFailed, why);
  }
  await switchOff(held, operation);
}

/** True when the guest shut down in time; one that still boots does not hear and is asked again. */
async function shutDown(
  held: HeldDomain,
  longestMs: number,
  operation: Operation,
): Promise<boolean> {
  operation.log({ phase: "stop", detail: "the guest is asked to shut down" });
  const graceMs = Math.min(longestMs, operation.deadlineMs / 3);
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += POLL_MS) {
    if ((await stateOf(held, operation)) === "off") return true;
    if (waitedMs % ASK_AGAIN_MS === 0) await askToStop(held, operation);
    await operation.pause(POLL_MS);
  }
  return (await stateOf(held, operation)) === "off";
}

/** Presses the power button; a guest agent is not used, as one that hangs would hold the call. */
async function askToStop({ link, dom }: HeldDomain, operation: Operation): Promise<void> {
  try {
    await operation.tell(link, "DomainShutdownFlags", { dom, flags: SHUTDOWN.acpi });
  } catch (error) {
    // It may have stopped meanwhile, or have no such button: the wait tells.
    if (!(error instanceof LibvirtError)) throw error;
  }
}

async function stateOf({ link, dom }: HeldDomain, operation: Operation): Promise<PowerState> {
  const run = await operation.find(link, "DomainGetState", { dom, flags: 0 });
  return run === undefined ? "off" : powerOf(run);
}

/** As a power cut. A machine that is off meanwhile is as wished. */
export async function switchOff(held: HeldDomain, operation: Operation): Promise<void> {
  const { link, dom } = held;
  try {
    await operation.tell(link, "DomainDestroyFlags", { dom, flags: 0 });
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    if (!isMissing(error) && (await stateOf(held, operation)) !== "off") throw error;
  }
}

/** Stops the processors of a running machine; its memory stays. */
async function suspend(held: HeldDomain, operation: Operation): Promise<void> {
  if (powerOf(held.run) !== "on") return;
  await operation.tell(held.link, "DomainSuspend", { dom: held.dom });
}

/** A machine that shall run comes back by itself when its host does. */
async function keepAutostart(
  { link, dom }: HeldDomain,
  wish: PowerState,
  operation: Operation,
): Promise<void> {
  const autostart = wish === "on" ? 1 : 0;
  const now = await operation.ask(link, "DomainGetAutostart", { dom });
  if (now.autostart === autostart) return;
  await operation.tell(link, "DomainSetAutostart", { dom, autostart });
}

/** Brings a machine to the power state that its attributes ask for. */
export async function bringPower(
  world: World,
  found: HeldDomain,
  attributes: JsonObject,
  operation: Operation,
): Promise<NotStarted | undefined> {
  const wish = wishedPower(attributes);
  const held = await awaitStart(found, operation);
  const power = powerOf(held.run);
  if (held.record?.origin === "made") await keepAutostart(held, wish, operation);
  if (wish === power) return undefined;
  if (wish === "off") {
    await powerOff(held, attributes, operation);
    return undefined;
  }
  if (wish === "on") return powerOn(world, held, attributes, operation);
  const notStarted = await powerOn(world, held, attributes, operation);
  if (notStarted !== undefined) return notStarted;
  await suspend(await readAgain(held, operation), operation);
  return undefined;
}
