import { canonicalJson } from "../../model/canonical.ts";
import type { JsonValue } from "../../model/json.ts";

/** A value that has a number, with its canonical text once somebody asked for it. */
interface Numbered {
  readonly number: number;
  readonly value: object;
  text: string | undefined;
}

/** Numbers objects so that equal ones get the same number; replicas share their terms. */
export class Numbering {
  readonly #byObject = new WeakMap<object, number>();
  /** As it is written: most equal objects have their members in the same order. */
  readonly #byText = new Map<string, number>();
  /** Values that may be equal in another order. */
  readonly #byParts = new Map<number, Numbered[]>();
  #count = 0;

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
      number = this.#numberByParts(value, sumOfParts(text));
      this.#byText.set(text, number);
    }
    return number;
  }

  /** Sorting members takes long, and is needed only where another value has the same parts. */
  #numberByParts(value: object, parts: number): number {
    const alike = this.#byParts.get(parts);
    const own: Numbered = { number: this.#count, value, text: undefined };
    if (alike === undefined) {
      this.#byParts.set(parts, [own]);
      return this.#count++;
    }
    const equal = alike.find((each) => canonical(each) === canonical(own));
    if (equal !== undefined) return equal.number;
    alike.push(own);
    return this.#count++;
  }
}

const canonical = (each: Numbered): string =>
  (each.text ??= canonicalJson(each.value as JsonValue));

/** By code: 1 for what stands between the parts of a JSON text. */
const SEPARATORS = new Uint8Array(65_536);
for (const separator of "{}[],") SEPARATORS[separator.charCodeAt(0)] = 1;

/** A number that texts of equal objects have in common, in whatever order their members are. */
function sumOfParts(text: string): number {
  let sum = text.length;
  let part = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (SEPARATORS[code] === 1) {
      sum = (sum + part) | 0;
      part = 0;
    } else {
      part = (Math.imul(part, 31) + code) | 0;
    }
  }
  return sum;
}
