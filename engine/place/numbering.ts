import { canonicalJson } from "../model/canonical.ts";
import type { JsonValue } from "../model/json.ts";

/** Numbers objects so that equal ones get the same number; replicas share their terms. */
export class Numbering {
  readonly #byObject = new WeakMap<object, number>();
  readonly #byText = new Map<string, number>();

  of(value: object): number {
    let number = this.#byObject.get(value);
    if (number === undefined) {
      const text = canonicalJson(value as JsonValue);
      number = this.#byText.get(text) ?? this.#byText.size;
      this.#byText.set(text, number);
      this.#byObject.set(value, number);
    }
    return number;
  }
}
