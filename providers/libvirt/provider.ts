import type {
  CallContext,
  Capabilities,
  DestroyPermit,
  Intent,
  Inventory,
  ObserveScope,
  Outcome,
  Provider,
  UpdateIntent,
} from "../../engine/contract/provider.ts";
import { ProviderError } from "../../engine/contract/provider.ts";
import { CODES } from "./codes.ts";
import { createMachine } from "./create.ts";
import { observeWorld } from "./observe.ts";
import { Operation, problemOf } from "./operation.ts";
import { removeMachine } from "./remove.ts";
import type { LibvirtSettings } from "./settings.ts";
import { updateMachine } from "./update.ts";
import type { World } from "./world.ts";

/** Time for a whole reading of all hosts. */
const OBSERVE_DEADLINE_MS = 60_000;

const VIRTUAL_MACHINE = "vmoperator.vmware.com/VirtualMachine";

/** What libvirt can do; its test driver has no peers to move machines to. */
function capabilitiesOf({ hosts, parallelCalls }: LibvirtSettings): Capabilities {
  return {
    kinds: [VIRTUAL_MACHINE],
    liveMove: hosts.every(({ uri }) => !/^test[+:]/.test(uri)),
    powerControl: true,
    hostPower: false,
    // A domain remembers its newest writer; for a domain that is not there yet nobody does.
    fencing: false,
    adopt: true,
    sameNameTwice: true,
    measuresUse: false,
    parallelCallsMax: Math.min(64, parallelCalls * hosts.length),
  };
}

/** The provider over the hypervisors of one entry of the Environment. */
export class Libvirt implements Provider {
  readonly name: string;
  readonly type = "libvirt";
  readonly capabilities: Capabilities;
  readonly #world: World;

  constructor(world: World) {
    this.name = world.settings.provider;
    this.capabilities = capabilitiesOf(world.settings);
    this.#world = world;
  }

  async observe(scope: ObserveScope, context: CallContext): Promise<Inventory> {
    try {
      return await observeWorld(this.#world, scope, new Operation(context, OBSERVE_DEADLINE_MS));
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined || error instanceof ProviderError) throw error;
      throw new ProviderError(problem);
    }
  }

  create(intent: Intent, context: CallContext): Promise<Outcome> {
    return this.#call(intent, context, (operation) =>
      createMachine(this.#world, intent, operation),
    );
  }

  update(intent: UpdateIntent, context: CallContext): Promise<Outcome> {
    return this.#call(intent, context, (operation) =>
      updateMachine(this.#world, intent, operation),
    );
  }

  remove(permit: DestroyPermit, context: CallContext): Promise<Outcome> {
    return this.#call(permit, context, (operation) =>
      removeMachine(this.#world, permit, operation),
    );
  }

  close(): Promise<void> {
    return this.#world.close();
  }

  /** One writing call: after earlier ones for the same object, with its errors as an outcome. */
  #call(
    wish: Pick<Intent, "objectId" | "kindKey" | "kind" | "name" | "deadlineMs">,
    context: CallContext,
    work: (operation: Operation) => Promise<Outcome>,
  ): Promise<Outcome> {
    if (wish.kindKey !== VIRTUAL_MACHINE) return Promise.resolve(kindRefused(wish, this.name));
    return this.#world.objects.run(wish.objectId, async () => {
      if (context.signal.aborted) return CANCELLED;
      const operation = new Operation(context, wish.deadlineMs);
      try {
        return await work(operation);
      } catch (error) {
        return operation.outcomeOf(error);
      }
    });
  }
}

/** The caller gave up before anything was done. */
const CANCELLED: Outcome = {
  is: "failed",
  why: { type: "transient", code: CODES.cancelled, message: "the call was cancelled" },
};

const kindRefused = (
  { kind, name }: { readonly kind: string; readonly name: string },
  provider: string,
): Outcome => ({
  is: "failed",
  why: {
    type: "invalid",
    code: CODES.kindUnknown,
    message: `provider "${provider}" holds VirtualMachines only, not ${kind} "${name}"`,
  },
});
