/** The only source of randomness outside the pure stages. */
export interface Entropy {
  uuid(): string;
  /** A number from 0 to 2^32 - 1. */
  u32(): number;
}
