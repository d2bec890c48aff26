import type { Intent, Provider, ReviewFinding } from "../../engine/contract/provider.ts";
import { openSimWorld } from "../support/esxi-sim.ts";
import type { ContractWorld, Subject } from "./harness.ts";
import type { Sin } from "./sins.ts";

/** Refuses what names a host that is not there: enough of a review to be wrong about. */
const reviewOf = (hosts: ReadonlyMap<string, string>): NonNullable<Provider["review"]> => {
  return (writes) => {
    const findings = writes.flatMap(({ address, verb, objectId }): ReviewFinding[] => {
      const host = hosts.get(objectId);
      if (host === undefined) return [];
      const message = `host "${host}" does not exist`;
      return [{ address, verb, problem: { type: "invalid", code: "VP6205", message } }];
    });
    return Promise.resolve(findings);
  };
};

/**
 * A world whose provider commits one sin; everything else is the simulator's, and what the simulator
 * has not is added: a review, and a host that cannot be read. Without a sin it keeps every rule.
 */
export async function openSinfulWorld(sin?: Sin): Promise<ContractWorld> {
  const world = await openSimWorld();
  let isBroken = false;
  const refused = new Map<string, string>();
  const seen = new Set<string>();
  const subjects = world.subjects.map((subject) => ({
    ...subject,
    ...(subject.refused === undefined
      ? {}
      : {
          refused: (intent: Intent): Intent => {
            refused.set(intent.objectId, "no-such-host");
            return { ...intent, host: "no-such-host" };
          },
        }),
  }));
  return {
    ...world,
    subjects: subjects as [Subject, ...Subject[]],
    breakPart: () => {
      isBroken = true;
      return Promise.resolve(() => {
        isBroken = false;
        return Promise.resolve();
      });
    },
    provider: () => {
      const good = world.provider();
      const honest: Provider = {
        name: good.name,
        type: good.type,
        capabilities: good.capabilities,
        observe: async (scope, context) => {
          const inventory = await good.observe(scope, context);
          if (!isBroken) return inventory;
          const objects = inventory.objects.filter(({ host }) => host !== world.hosts[1]);
          return { ...inventory, complete: false, missing: [world.hosts[1]], objects };
        },
        review: reviewOf(refused),
        create: (intent, context) => good.create(intent, context),
        update: (intent, context) => good.update(intent, context),
        remove: (permit, context) => good.remove(permit, context),
        close: () => good.close(),
      };
      return { ...honest, ...sin?.commit(honest, world, seen) };
    },
  };
}
