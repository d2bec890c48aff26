import { styleText } from "node:util";

export type Tone = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan" | "magenta";

/** How text is dressed for one stream: colour on or off, glyphs or plain ASCII. */
export interface Style {
  readonly color: boolean;
  readonly ascii: boolean;
  paint(tone: Tone | readonly Tone[], text: string): string;
  /** The first form, or the second where only ASCII is wanted. */
  glyph(rich: string, ascii: string): string;
}

export function createStyle(options: { readonly color: boolean; readonly ascii: boolean }): Style {
  return {
    ...options,
    paint: (tone, text) =>
      options.color ? styleText(tone as Tone, text, { validateStream: false }) : text,
    glyph: (rich, ascii) => (options.ascii ? ascii : rich),
  };
}

export interface ColorFacts {
  readonly wish: "auto" | "always" | "never";
  readonly isTty: boolean;
  readonly accessible: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && value !== "" && value !== "0" && value !== "false";

/** Colour only where it was asked for, or on a terminal that can show it and nobody objected. */
export function wantsColor({ wish, isTty, accessible, env }: ColorFacts): boolean {
  if (wish !== "auto") return wish === "always";
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  if (isSet(env["FORCE_COLOR"]) || isSet(env["CLICOLOR_FORCE"])) return true;
  return isTty && !accessible && env["TERM"] !== "dumb" && !isSet(env["CI"]);
}
