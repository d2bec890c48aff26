import { canonicalJson } from "../model/canonical.ts";
import type { JsonValue } from "../model/json.ts";

/** Canonical texts of shared objects, made once each: replicas share their terms. */
export class TextCache {
  readonly #texts = new WeakMap<object, string>();

  of(value: object): string {
    let text = this.#texts.get(value);
    if (text === undefined) {
      text = canonicalJson(value as JsonValue);
      this.#texts.set(value, text);
    }
    return text;
  }
}
