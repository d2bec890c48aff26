/** Shapes of plain JSON, as small predicates; each tells where the value is wrong, or nothing. */
import type { JsonObject, JsonValue } from "../model/json.ts";

/** Path of the first wrong member (empty: the value itself); undefined when all is right. */
export type Shape = (value: JsonValue | undefined) => string | undefined;

const RIGHT = undefined;
const WRONG = "";

const when =
  (isRight: (value: JsonValue | undefined) => boolean): Shape =>
  (value) =>
    isRight(value) ? RIGHT : WRONG;

export const text: Shape = when((value) => typeof value === "string");
export const flag: Shape = when((value) => typeof value === "boolean");
export const anything: Shape = when((value) => value !== undefined);
export const finite: Shape = when((value) => Number.isFinite(value));
/** Counts, amounts and times: whole, and neither negative nor beyond exactness. */
export const natural: Shape = when((value) => Number.isSafeInteger(value) && Number(value) >= 0);

export const oneOf = (...words: readonly string[]): Shape =>
  when((value) => typeof value === "string" && words.includes(value));

export const matching = (pattern: RegExp): Shape =>
  when((value) => typeof value === "string" && value.length <= 1000 && pattern.test(value));

export const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined ? RIGHT : shape(value);

export const either =
  (first: Shape, second: Shape): Shape =>
  (value) =>
    first(value) === RIGHT ? RIGHT : second(value);

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const object: Shape = when(isObject);

export const list =
  (item: Shape): Shape =>
  (value) => {
    if (!Array.isArray(value)) return WRONG;
    for (let index = 0; index < value.length; index++) {
      const wrong = item((value as readonly JsonValue[])[index]);
      if (wrong !== RIGHT) return `/${index}${wrong}`;
    }
    return RIGHT;
  };

/** An object whose every member has the shape. */
export const mapOf =
  (item: Shape): Shape =>
  (value) => {
    if (!isObject(value)) return WRONG;
    for (const key of Object.keys(value)) {
      const wrong = item(value[key]);
      if (wrong !== RIGHT) return `/${key}${wrong}`;
    }
    return RIGHT;
  };

/** An object with exactly these members; optional ones may be absent, others are refused. */
export const members = (shapes: Readonly<Record<string, Shape>>): Shape => {
  const known = Object.entries(shapes);
  return (value) => {
    if (!isObject(value)) return WRONG;
    for (const [key, shape] of known) {
      const wrong = shape(Object.hasOwn(value, key) ? value[key] : undefined);
      if (wrong !== RIGHT) return `/${key}${wrong}`;
    }
    const extra = Object.keys(value).find((key) => !Object.hasOwn(shapes, key));
    return extra === undefined ? RIGHT : `/${extra}`;
  };
};
