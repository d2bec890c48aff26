import type { RestartPriorities } from "../model/desired.ts";
import { objectAt, stringAt } from "../model/json.ts";
import type { Context } from "./context.ts";

const MEDIUM = 0;
/** What a document wants on is started whatever the policy says, so `disabled` is the lowest. */
const LEVELS: Readonly<Record<string, number>> = {
  highest: 2,
  high: 1,
  medium: MEDIUM,
  low: -1,
  lowest: -2,
  disabled: -2,
};

/** The order of restarts after a host failure, by the policies of namespaces (row N04). */
export function restartsOf(context: Context): RestartPriorities | undefined {
  const priorities = new Map<string, number>();
  for (const { settings } of context.namespacePlans) {
    const level = stringAt(objectAt(settings.spec, "policies", "ha"), "restartPriority");
    const priority = LEVELS[level ?? ""] ?? MEDIUM;
    if (priority !== MEDIUM) priorities.set(settings.name, priority);
  }
  return priorities.size === 0 ? undefined : priorities;
}
