import type { Leg, Waits } from "./leg.ts";

/** Above this many departures an arrival waits for an earlier arrival that waited for them. */
const LISTED_MAX = 8;

/** A departure whose room has been given to somebody: a leg, or the key of what the plan ends. */
export type Departure = Leg | string;

/**
 * The departures from one place (a host, or a domain as one rule sees it) whose room is in use
 * again. Every later arrival waits for all of them: then whatever of the order has happened, those
 * that have arrived fit beside those that have not left.
 */
export class Vacancies {
  readonly #departures: Departure[] = [];
  /** An arrival of an earlier round, and how many departures it waits for. */
  #gate: { readonly leg: Leg; readonly covers: number } | undefined;
  #nextGate: { readonly leg: Leg; readonly covers: number } | undefined;

  add(departure: Departure): void {
    this.#departures.push(departure);
  }

  /** Adds the departures to what an arrival waits for; its round is known. */
  addWaits(leg: Leg): void {
    const covers = this.#departures.length;
    if (covers === 0) return;
    const earlier = this.#nextGate;
    const isNewRound = earlier?.leg.round !== leg.round;
    if (isNewRound) this.#gate = earlier;
    const gate = covers > LISTED_MAX ? this.#gate : undefined;
    if (gate !== undefined) leg.waits.after.add(gate.leg.position);
    for (const departure of this.#departures.slice(gate?.covers ?? 0)) {
      addDeparture(leg.waits, departure);
    }
    if (isNewRound && leg.move !== undefined) this.#nextGate = { leg, covers };
  }
}

/** Adds one departure to what somebody waits for. */
function addDeparture({ after, gone }: Waits, departure: Departure): void {
  if (typeof departure === "string") gone.add(departure);
  else after.add(departure.position);
}
