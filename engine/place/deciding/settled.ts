import type { Move, PlacementResult } from "../../model/placement.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Seat } from "./seating.ts";

/** A ledger, and who sits where in it. */
export interface Seated {
  readonly ledger: Ledger;
  /** Class and host of everything that runs or shall, by key. */
  readonly seats: ReadonlyMap<string, Seat>;
}

/** A placement with the ledger it ended in. */
export interface Settled extends Seated {
  readonly result: PlacementResult;
}

/** The placement of one asking. */
export interface Decided extends Settled {
  /** How many of those that waited have no host: decisions need not be read for it. */
  readonly unplaced: number;
  /** True where they were told what would help. */
  readonly isTold: boolean;
}

/** A move that is decided and not yet in an order. */
export type ProposedMove = Omit<Move, "wave" | "after">;
