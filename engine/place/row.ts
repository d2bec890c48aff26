/** Decisions that a row has room for. */
const ROOM = 1024;

/** What was decided about members of one class, one after the other, while nothing else changed. */
export class Row {
  length = 0;
  readonly hosts: Int32Array = new Int32Array(ROOM);
  /** The second best hosts; -1 where there was none. */
  readonly seconds: Int32Array = new Int32Array(ROOM);
  /** The first terms in which the best host beat the second; see `TERMS`. */
  readonly terms: Uint8Array = new Uint8Array(ROOM);

  clear(): void {
    this.length = 0;
  }

  get isFull(): boolean {
    return this.length === ROOM;
  }

  add(host: number, second: number, term: number): void {
    this.hosts[this.length] = host;
    this.seconds[this.length] = second;
    this.terms[this.length++] = term;
  }
}
