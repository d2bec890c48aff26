import type { Gate, Plan } from "../../engine/model/plan.ts";
import { CLI_CODES } from "../catalogue.ts";
import { CommandError, exitOf, worstExit } from "../exit.ts";
import { blockedExits } from "../planning.ts";
import { cleanLine } from "../views/clean.ts";
import { countText } from "../views/units.ts";
import type { ApplyWish } from "./wish.ts";

/** What still has to be said by a human before the plan is carried out. */
export type Consent = "none" | "yes" | "workspace";

const ADDRESSES_SHOWN_MAX = 5;

/**
 * Judges what holds a plan before anything is written. Throws where it is refused; otherwise tells
 * what has to be asked. A saved plan is its own approval: it is asked nothing, but budgets,
 * protection, the brake and the guard of the emptied wish hold it all the same.
 */
export function judgeGates(plan: Plan, wish: ApplyWish, human: boolean): Consent {
  refuseBlocked(plan, wish);
  const saved = wish.planFile !== undefined || wish.resume !== undefined;
  for (const gate of plan.policy) {
    const isOpen = gate.holds === "plan" ? isAllowed(gate, wish) : opens(gate, wish, human);
    if (!isOpen) throw refusedBy(gate);
  }
  if (saved) return "none";
  const confirm = plan.policy.find(({ gate }) => gate === "confirm");
  if (confirm !== undefined) return judgeConfirm(plan, confirm, { wish, human });
  return wish.yes ? "none" : "yes";
}

/** With `--allow-partial` the protected changes stay undone; nothing else is let through by it. */
const isAllowed = ({ gate }: Gate, wish: ApplyWish): boolean =>
  gate === "protection" && wish.allowPartial;

/** Gates that hold only what writes: a human at the prompt may let the brake go, nothing more. */
function opens({ gate }: Gate, wish: ApplyWish, human: boolean): boolean {
  if (gate === "confirm") return true;
  return gate === "budget" && human && !wish.yes;
}

function judgeConfirm(
  plan: Plan,
  gate: Gate,
  { wish, human }: { readonly wish: ApplyWish; readonly human: boolean },
): Consent {
  if (wish.confirm === plan.workspace) return wish.yes ? "none" : "yes";
  if (wish.confirm !== undefined) {
    throw new CommandError(
      exitOf(4, "refused", "confirm"),
      `--confirm names workspace ${cleanLine(wish.confirm)}, but this is ${plan.workspace}`,
      { code: CLI_CODES.confirm.code, help: [`give --confirm ${plan.workspace}`] },
    );
  }
  if (human && !wish.yes) return "workspace";
  throw new CommandError(exitOf(4, "refused", "confirm"), gate.message, {
    code: CLI_CODES.confirm.code,
    help: [gate.help],
  });
}

function refusedBy(gate: Gate): CommandError {
  const shown = gate.addresses.slice(0, ADDRESSES_SHOWN_MAX).map(cleanLine);
  const left = gate.addresses.length - shown.length;
  const more = left > 0 ? `, and ${left} more` : "";
  const named = shown.length === 0 ? "" : ` (${shown.join(", ")}${more})`;
  return new CommandError(exitOf(4, "refused", gate.gate), `${gate.message}${named}`, {
    code: CLI_CODES.gate.code,
    help: [gate.help],
  });
}

function refuseBlocked(plan: Plan, wish: ApplyWish): void {
  const blocked = plan.changes.filter(({ action }) => action === "blocked");
  if (blocked.length === 0 || wish.allowPartial) return;
  const shown = blocked.slice(0, ADDRESSES_SHOWN_MAX).map(({ address }) => cleanLine(address));
  const left = blocked.length - shown.length;
  const more = left > 0 ? ` and ${left} more` : "";
  const exits = blockedExits(plan);
  throw new CommandError(
    exits.length === 0 ? exitOf(1) : worstExit(exits),
    `${countText(blocked.length, "change is", "changes are")} blocked: ${shown.join(", ")}${more}`,
    {
      code: CLI_CODES.blocked.code,
      help: [`run vpac explain ${shown[0] ?? ""}`, "give --allow-partial to apply everything else"],
    },
  );
}
