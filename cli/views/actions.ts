import type { Action } from "../../engine/model/change.ts";
import type { Style, Tone } from "./style.ts";

interface ActionLook {
  readonly glyph: string;
  readonly ascii: string;
  readonly word: string;
  readonly tone: Tone;
}

/** One glyph, one word and one colour per action, the same in every view. */
export const ACTION_LOOKS: Readonly<Record<Action, ActionLook>> = {
  blocked: { glyph: "!", ascii: "!", word: "blocked", tone: "red" },
  delete: { glyph: "-", ascii: "-", word: "destroy", tone: "red" },
  replace: { glyph: "±", ascii: "+-", word: "replace", tone: "magenta" },
  move: { glyph: "→", ascii: "->", word: "move", tone: "cyan" },
  update: { glyph: "~", ascii: "~", word: "update", tone: "yellow" },
  create: { glyph: "+", ascii: "+", word: "create", tone: "green" },
  adopt: { glyph: "&", ascii: "&", word: "adopt", tone: "blue" },
  forget: { glyph: "x", ascii: "x", word: "forget", tone: "blue" },
  noop: { glyph: "=", ascii: "=", word: "no change", tone: "dim" },
};

export const actionGlyph = (action: Action, style: Style): string => {
  const look = ACTION_LOOKS[action];
  return style.paint(look.tone, style.glyph(look.glyph, look.ascii));
};

export const actionWord = (action: Action): string => ACTION_LOOKS[action].word;
