/** What can go wrong on the wire to a platform. */

/** Chances from 0 to 1; 0 switches a fault off. */
export interface WireFaults {
  readonly lostRequest: number;
  readonly lostResponse: number;
  readonly lateDelivery: number;
  readonly duplicate: number;
  readonly unavailable: number;
  readonly unknownAnswer: number;
  readonly failedStart: number;
  readonly staleList: number;
  readonly incompleteList: number;
  readonly listError: number;
  readonly listHang: number;
}

/** Every request arrives once, and every answer is true. */
export const NO_WIRE_FAULTS: WireFaults = {
  lostRequest: 0,
  lostResponse: 0,
  lateDelivery: 0,
  duplicate: 0,
  unavailable: 0,
  unknownAnswer: 0,
  failedStart: 0,
  staleList: 0,
  incompleteList: 0,
  listError: 0,
  listHang: 0,
};

/** A late request takes effect within that time. */
export const LATE_MS_MAX = 90_000;
