/** Shapes that are held against a type of the model. */
import type { Amounts } from "../../../engine/model/demand.ts";
import { isJsonObject } from "../../../engine/model/json.ts";
import {
  list,
  mapOf,
  members,
  natural,
  oneOf,
  type Shape,
  text,
} from "../../../engine/plan/shape.ts";

/** A shape for every member that the type has: what the model gains has to be told here as well. */
type Shapes<Type> = Readonly<Record<Type extends unknown ? keyof Type : never, Shape>>;

/** Exactly these members; others are refused. */
export const only = <Type>(shapes: Shapes<Type>): Shape => members(shapes);

/** At least these members; others pass unread, as what was observed may carry more. */
export const having =
  <Type>(shapes: Shapes<Type>): Shape =>
  (value) => {
    if (!isJsonObject(value)) return "";
    for (const [key, shape] of Object.entries<Shape>(shapes)) {
      const wrong = shape(Object.hasOwn(value, key) ? value[key] : undefined);
      if (wrong !== undefined) return `/${key}${wrong}`;
    }
    return undefined;
  };

/** A safe integer in that range, both ends included. */
export const within =
  (least: number, most: number): Shape =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most ? undefined : "";

/** Any safe integer. */
export const whole = within(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/** A safe integer from 1. */
export const positive = within(1, Number.MAX_SAFE_INTEGER);

/** A level of automation or a threshold, 1 to 5. */
export const level = within(1, 5);

/** Amounts of CPU and memory, in base units. */
export const amounts = having<Amounts>({ cpuMillicores: natural, memoryBytes: natural });

/** Labels and what else maps text to text. */
export const labels = mapOf(text);

/** A list of texts. */
export const texts = list(text);

/** The effect of a taint. */
export const effect = oneOf("NoSchedule", "PreferNoSchedule", "NoExecute");
