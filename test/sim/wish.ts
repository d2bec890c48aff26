/** What is wished for: small resources with needs, and a second version of the same documents. */
import type { Address } from "../../engine/model/address.ts";
import type { DesiredResource, DesiredState } from "../../engine/model/desired.ts";
import { desiredState, resource } from "../support/builders.ts";
import { hash32, type Random } from "./random.ts";

interface Wanted {
  readonly address: Address;
  readonly size: number;
  readonly image: number;
  readonly needs: readonly Address[];
  readonly createFirst: boolean;
}

export interface Wishes {
  readonly first: DesiredState;
  readonly second: DesiredState;
}

/** Layers of resources; each needs up to two of the layer below. */
export function makeWishes(random: Random, count: number): Wishes {
  const wanted: Wanted[] = [];
  for (let index = 0; index < count; index++) {
    const below = wanted.slice(0, Math.floor(wanted.length * 0.6));
    const needs = new Set<Address>();
    for (let more = random.below(3); more > 0 && below.length > 0; more--) {
      needs.add(random.pick(below).address);
    }
    const address: Address = `box/shop/b-${String(index).padStart(2, "0")}`;
    const createFirst = random.chance(0.3);
    wanted.push({ address, size: 1, image: 1, needs: [...needs].sort(), createFirst });
  }
  const second: Wanted[] = [];
  const kept = new Set<Address>();
  for (const one of wanted) {
    if (random.chance(0.15)) continue;
    kept.add(one.address);
    const needs = one.needs.filter((need) => kept.has(need));
    const size = random.chance(0.25) ? 2 : 1;
    const image = random.chance(0.15) ? 2 : 1;
    second.push({ ...one, needs, size, image });
  }
  return { first: stateOf(wanted), second: stateOf(second) };
}

function stateOf(wanted: readonly Wanted[]): DesiredState {
  const resources = wanted.map(resourceOf);
  const digest = hash32(JSON.stringify(wanted)).toString(16);
  return desiredState(resources, { digest });
}

function resourceOf({ address, size, image, needs, createFirst }: Wanted): DesiredResource {
  return resource(address, {
    attributes: { size, image, needs },
    dependsOn: needs,
    rules: {
      timing: [{ path: "/image", timing: "replace" }],
      replaceOrder: createFirst ? "create-first" : "delete-first",
    },
  });
}
