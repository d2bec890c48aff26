import { KEYS } from "../keys.ts";
import { bodyArea, inside } from "../layout.ts";
import { type Model, whyNot } from "../model.ts";
import { column, type Line, panel, seg } from "../paint.ts";

/** Every key with its meaning; what cannot be done stays, with the reason. */
export function helpPane(model: Model): Line[] {
  const area = bodyArea(model);
  const rows = inside(area).height;
  const start = Math.max(0, Math.min(model.top, KEYS.length - rows));
  const lines = KEYS.slice(start, start + rows).map((entry): Line => {
    const { action } = entry;
    const reason = action === "later" ? "comes later" : whyNot(model, action);
    const tone = reason === "" ? undefined : "dim";
    return [
      seg(column(entry.keys.join(", "), 12), reason === "" ? "cyan" : "dim"),
      seg(`${entry.what}${reason === "" ? "" : ` (${reason})`}`, tone),
    ];
  });
  return panel(lines, {
    ...area,
    title: `Keys  ${KEYS.length}`,
    footer: "j/k scroll  esc back",
    focused: true,
    ascii: model.ascii,
  });
}
