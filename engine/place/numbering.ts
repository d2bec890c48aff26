import { canonicalJson } from "../model/canonical.ts";
import type { JsonValue } from "../model/json.ts";

/** Numbers objects so that equal ones get the same number; replicas share their terms. */
export class Numbering {
  readonly #byObject = new WeakMap<object, number>();
  /** As it is written: most equal objects have their members in the same order. */
  readonly #byText = new Map<string, number>();
  readonly #byCanonicalText = new Map<string, number>();

  of(value: object): number {
    let number = this.#byObject.get(value);
    if (number === undefined) {
      number = this.#numberOf(value);
      this.#byObject.set(value, number);
    }
    return number;
  }

  #numberOf(value: object): number {
    const text = JSON.stringify(value);
    let number = this.#byText.get(text);
    if (number === undefined) {
      const canonical = canonicalJson(value as JsonValue);
      number = this.#byCanonicalText.get(canonical) ?? this.#byCanonicalText.size;
      this.#byCanonicalText.set(canonical, number);
      this.#byText.set(text, number);
    }
    return number;
  }
}
