/** Decisions that a row has room for. */
const ROOM = 1024;

/** What was decided about members of one class, one after the other, while nothing else changed. */
export class Row {
  length = 0;
  readonly hosts: Int32Array = new Int32Array(ROOM);
  /** The second best hosts; -1 where there was none. */
  readonly seconds: Int32Array = new Int32Array(ROOM);
  /** What decided, as the log of decisions numbers it. */
  readonly decidedBy: Int32Array = new Int32Array(ROOM);

  clear(): void {
    this.length = 0;
  }

  get isFull(): boolean {
    return this.length === ROOM;
  }

  add(host: number, second: number, decidedBy: number): void {
    this.hosts[this.length] = host;
    this.seconds[this.length] = second;
    this.decidedBy[this.length++] = decidedBy;
  }
}
