import { styleText } from "node:util";
import { Text, useInput, useWindowSize } from "ink";
import { type ReactElement, useEffect, useState } from "react";
import { frameOf } from "./frame.ts";
import type { Size } from "./model.ts";
import type { Line, Segment } from "./paint.ts";
import type { Store } from "./session.ts";

type Pressed = Parameters<Parameters<typeof useInput>[0]>[1];

const NAMED: readonly (readonly [keyof Pressed, string])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "esc"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
];

/** One chunk of input can hold several characters when somebody types fast. */
function keysOf(input: string, pressed: Pressed): string[] {
  const named = NAMED.find(([flag]) => pressed[flag] === true);
  if (named !== undefined) return [named[1]];
  if (pressed.ctrl) return [`ctrl-${input}`];
  if (pressed.meta) return [];
  return [...input].flatMap((character) => {
    if (character === " ") return ["space"];
    if (character === "\r" || character === "\n") return ["enter"];
    return character < " " ? [] : [character];
  });
}

/** A pseudo-terminal may report nothing at all. */
const sizeOf = ({ columns, rows }: Size): Size =>
  columns > 0 && rows > 0 ? { columns, rows } : { columns: 80, rows: 24 };

interface AppProps {
  readonly store: Store;
  readonly hasColor: boolean;
}

export function App({ store, hasColor }: AppProps): ReactElement {
  const [, repaint] = useState(0);
  const { columns, rows } = sizeOf(useWindowSize());
  useEffect(() => store.subscribe(() => repaint((count) => count + 1)), [store]);
  useEffect(() => {
    store.send({ type: "size", size: { columns, rows } });
  }, [store, columns, rows]);
  useInput((input, pressed) => {
    for (const key of keysOf(input, pressed)) store.send({ type: "key", key });
  });
  // The model hears of a new size only after this frame.
  const lines = frameOf({ ...store.model(), size: { columns, rows } });
  // One text for all lines: Ink lays out and measures every element on its own.
  return <Text>{lines.map((line) => dressed(line, hasColor)).join("\n")}</Text>;
}

/** Neighbours in the same dress share one code. */
function dressed(line: Line, hasColor: boolean): string {
  let text = "";
  let run = "";
  let worn: Segment | undefined;
  const flush = (): void => {
    text += hasColor && worn !== undefined ? painted(run, worn) : run;
    run = "";
  };
  for (const segment of line) {
    const isSame = worn?.tone === segment.tone && worn?.inverse === segment.inverse;
    if (!isSame) flush();
    worn = segment;
    run += segment.text;
  }
  flush();
  return text;
}

function painted(text: string, { tone, inverse }: Segment): string {
  const formats = [...(inverse === true ? (["inverse"] as const) : []), ...(tone ? [tone] : [])];
  return formats.length === 0 ? text : styleText(formats, text, { validateStream: false });
}
