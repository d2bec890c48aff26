import type { Scalar, ScalarTag } from "yaml";
import { stringifyString } from "yaml/util";

/** A scalar that is printed exactly as it was written: `0x1F` stays `0x1F`. */
export class Spelled {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A folded block: its lines may be broken, those of other texts may not. */
export class Folded {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const FOLD_COLUMNS = 80;

/** Tags that print the two; they never resolve anything. */
export const keptTags: readonly ScalarTag[] = [
  {
    tag: "tag:vpac.dev,2026:spelled",
    default: true,
    identify: (value) => value instanceof Spelled,
    resolve: (text) => text,
    stringify: (item) => (item.value instanceof Spelled ? item.value.text : ""),
  },
  {
    tag: "tag:vpac.dev,2026:folded",
    default: true,
    identify: (value) => value instanceof Folded,
    resolve: (text) => text,
    stringify: (item, context, onComment, onChompKeep) => {
      const text = item.value instanceof Folded ? item.value.text : "";
      const plain = Object.assign(Object.create(item) as Scalar, { value: text });
      const options = { ...context.options, lineWidth: FOLD_COLUMNS };
      return stringifyString(plain, { ...context, options }, onComment, onChompKeep);
    },
  },
];
