import { isMap, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair, YAMLMap } from "yaml";
import { pointerKeys } from "../model/json.ts";
import type { JsonPointer } from "../model/json.ts";

/** Offsets relative to the start of the chunk. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One step of the way from the root to what a pointer names. */
interface Step {
  /** Absent for items of a list. */
  readonly key: Node | undefined;
  readonly value: Node | null | undefined;
}

export interface SpanOptions {
  readonly target: "key" | "value";
  /** Steps that lead to the resource itself where it is an item of a list. */
  readonly depthMin: number;
}

/**
 * The span of the key or value at `pointer`. Where the document has no such value, the span of the
 * key of the nearest map or list above it, since that is where something has to be added.
 */
export function spanAt(tree: Document.Parsed, pointer: JsonPointer, options: SpanOptions): Span {
  const keys = pointerKeys(pointer);
  const steps = walk(tree.contents, keys);
  const last = steps.at(-1);
  const isMissing = steps.length < keys.length;
  const root = { key: undefined, value: tree.contents } satisfies Step;
  if (last === undefined || steps.length <= options.depthMin) return keySpan(last ?? root);
  if (isMissing || options.target === "key") return keySpan(last);
  return valueSpan(last) ?? keySpan(last);
}

function walk(root: Node | null | undefined, keys: readonly string[]): readonly Step[] {
  const steps: Step[] = [];
  let node = root;
  for (const key of keys) {
    const step = stepInto(node, key);
    if (step === undefined) break;
    steps.push(step);
    node = step.value;
  }
  return steps;
}

function stepInto(node: Node | null | undefined, key: string): Step | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)] as Node | undefined;
    return item === undefined ? undefined : { key: undefined, value: item };
  }
  if (!isMap(node)) return undefined;
  const pairs = (node as YAMLMap).items as readonly Pair<Node, Node | null>[];
  const pair = pairs.find((each) => isScalar(each.key) && each.key.value === key);
  return pair === undefined ? undefined : { key: pair.key, value: pair.value };
}

/** An item of a list has no key: its own first key stands for it, or the whole short value. */
function keySpan(step: Step): Span {
  if (step.key !== undefined) return spanOf(step.key) ?? { start: 0, end: 1 };
  const { value } = step;
  const first = isMap(value) ? (value.items[0] as Pair<Node> | undefined)?.key : undefined;
  return spanOf(first) ?? valueSpan(step) ?? { start: 0, end: 1 };
}

function valueSpan(step: Step): Span | undefined {
  const span = spanOf(step.value);
  return span === undefined || span.end <= span.start ? undefined : span;
}

function spanOf(node: Node | null | undefined): Span | undefined {
  const range = node?.range;
  return range ? { start: range[0], end: range[1] } : undefined;
}
