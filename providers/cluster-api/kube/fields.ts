import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonPointer,
  type JsonValue,
  pointerOf,
} from "../../../engine/model/json.ts";

/** Longer paths than this are no path. */
const FIELD_LENGTH_MAX = 1_000;

/**
 * A field path of Kubernetes → a JSON pointer into `object`. Paths are read with the object at
 * hand, since they do not say where a key with dots ends (`.metadata.labels.app.example/name`), and
 * name items of lists by position (`[0]`), by keys (`[name="web",port=80]`, also written
 * `[k:{"name":"web"}]`), by value (`[="a"]`) or by their name alone (`[web]`). Where an item is not
 * there, the pointer ends at the list; a key that is not there is kept, since a missing field is
 * what is complained about.
 */
export function pointerOfField(field: string, object: JsonValue): JsonPointer {
  const keys: (string | number)[] = [];
  let rest = withoutDot(field.slice(0, FIELD_LENGTH_MAX));
  let value: JsonValue | undefined = object;
  while (rest !== "") {
    const step = rest.startsWith("[") ? inBrackets(rest, value) : byKey(rest, value);
    if (step.key === undefined) break;
    keys.push(step.key);
    value = childOf(value, step.key);
    rest = withoutDot(rest.slice(step.length));
  }
  return pointerOf(...keys);
}

interface Step {
  /** Undefined: the list has no such item. */
  readonly key: string | number | undefined;
  /** Characters of the path it takes. */
  readonly length: number;
}

/** The longest key of the object that the path begins with, else all up to the next dot. */
function byKey(path: string, value: JsonValue | undefined): Step {
  const keys = isJsonObject(value) ? Object.keys(value) : [];
  const fitting = keys.filter(
    (key) => key !== "" && path.startsWith(key) && isEnd(path.charAt(key.length)),
  );
  const longest = fitting.toSorted((left, right) => right.length - left.length)[0];
  if (longest !== undefined) return { key: longest, length: longest.length };
  const end = path.search(/[.[]/);
  const plain = end < 0 ? path : path.slice(0, Math.max(1, end));
  return { key: plain, length: plain.length };
}

const isEnd = (character: string): boolean => character === "" || /[.[]/.test(character);

function inBrackets(path: string, value: JsonValue | undefined): Step {
  const whole = /^\[((?:"(?:[^"\\]|\\.)*"|[^"\]])*)\]?/.exec(path);
  const inner = whole?.[1] ?? path.slice(1);
  const length = Math.max(1, whole?.[0].length ?? path.length);
  if (!isJsonArray(value)) return { key: inner, length };
  if (/^\d{1,9}$/.test(inner)) return { key: Number(inner), length };
  const index = value.findIndex(matcherOf(inner));
  return { key: index < 0 ? undefined : index, length };
}

type Matcher = (item: JsonValue) => boolean;

function matcherOf(inner: string): Matcher {
  if (inner.startsWith("=")) return byValue(parse(inner.slice(1)));
  if (inner.startsWith("v:")) return byValue(parse(inner.slice(2)));
  const keys = inner.startsWith("k:") ? parse(inner.slice(2)) : keysOf(inner);
  if (isJsonObject(keys)) return byMembers(keys);
  return byMembers({ name: inner });
}

function byMembers(wanted: JsonObject): Matcher {
  const members = Object.entries(wanted);
  return (item) => isJsonObject(item) && members.every(([key, value]) => item[key] === value);
}

function byValue(wanted: JsonValue | undefined): Matcher {
  return (item) => wanted !== undefined && item === wanted;
}

/** `name="web",port=80` → its members; undefined where it is nothing of the kind. */
function keysOf(inner: string): JsonObject | undefined {
  const pair = /([^=,"]+)=("(?:[^"\\]|\\.)*"|[^,"]*)(?:,|$)/y;
  const members: [string, JsonValue | undefined][] = [];
  while (pair.lastIndex < inner.length) {
    const found = pair.exec(inner);
    if (found === null) return undefined;
    members.push([found[1] ?? "", parse(found[2] ?? "")]);
  }
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function childOf(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (isJsonArray(value)) return value[Number(key)];
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

const withoutDot = (path: string): string => (path.startsWith(".") ? path.slice(1) : path);
