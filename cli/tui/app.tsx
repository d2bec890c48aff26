import { Box, Text, useInput, useWindowSize } from "ink";
import { type ReactElement, useEffect, useState } from "react";
import type { Tone } from "../views/style.ts";
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

export function App({ store }: { readonly store: Store }): ReactElement {
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
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // The place of a line on the screen is its identity.
        <FrameLine key={String(index)} line={line} />
      ))}
    </Box>
  );
}

function FrameLine({ line }: { readonly line: Line }): ReactElement {
  return (
    <Text wrap="truncate">
      {line.map((segment, index) => (
        <Text key={String(index)} {...dress(segment)}>
          {segment.text}
        </Text>
      ))}
    </Text>
  );
}

interface Dress {
  readonly bold?: true;
  readonly dimColor?: true;
  readonly inverse?: true;
  readonly color?: Exclude<Tone, "bold" | "dim">;
}

function dress({ tone, inverse }: Segment): Dress {
  const turned = inverse === true ? { inverse: true as const } : {};
  if (tone === undefined) return turned;
  if (tone === "bold") return { ...turned, bold: true };
  if (tone === "dim") return { ...turned, dimColor: true };
  return { ...turned, color: tone };
}
