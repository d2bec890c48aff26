/**
 * A value that no log, error or dump shows: printing it in any way gives `(hidden)`. Only `reveal`
 * gives the text, at the one place where it goes onto the wire.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "(hidden)";
  }

  toJSON(): string {
    return "(hidden)";
  }
}
