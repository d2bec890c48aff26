/**
 * The part of AbortSignal that the contract names. The pure rooms are compiled without the types of
 * Node and of browsers; everywhere else the platform's own declaration takes this one's place.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}
