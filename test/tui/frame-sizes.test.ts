import { describe, expect, test } from "vitest";
import { frameOf } from "../../cli/tui/frame.ts";
import type { Model } from "../../cli/tui/model.ts";
import { plainText } from "../../cli/tui/paint.ts";
import { update } from "../../cli/tui/update.ts";
import { textWidth } from "../../cli/views/width.ts";
import { modelWith, planWith, pressed } from "../support/tui.ts";
import { host, PLACED } from "./placed-hosts.ts";

/** Names as they come from outside: wide, combined, drawn, and hostile. */
const NAMES = [
  "データベース-設定",
  "настройки-базы",
  "⚡🚀👩‍💻🇯🇵1️⃣❤️",
  "e\u0301galite\u0301",
  "한국어-이름",
  "\u001b[31mred\u001b]0;title\u0007",
  "a\u202eb\u200bc\u0000\r\n\t",
  "x".repeat(300),
];

const FOREIGN = planWith(
  NAMES.map((name, index) => ({
    address: `vm/${name}/${name}`,
    action: index % 2 === 0 ? ("create" as const) : ("update" as const),
    placement: { from: name, to: `${name}-2` },
    diff: [
      { path: `/spec/${name}`, op: "replace" as const, before: name, after: `${name}${name}` },
    ],
    source: { file: `${name}.yaml`, line: 1, column: 1 },
    warnings: [name],
  })),
  {
    workspace: NAMES[5] ?? "",
    placement: { ...PLACED, hosts: NAMES.map((name) => host(name, 10, 90)) },
  },
);

const SIZES = [
  [160, 50],
  [110, 34],
  [100, 24],
  [99, 24],
  [80, 24],
  [60, 20],
  [41, 13],
  [40, 12],
] as const;

describe.for(SIZES)("every frame at %d x %d", ([columns, rows]) => {
  const base = modelWith(FOREIGN, { size: { columns, rows } });
  const applying = update(base, { type: "applying", plan: FOREIGN, nowMs: 0 }).model;
  const notice = NAMES.join(" ");
  const models: readonly (readonly [string, Model])[] = [
    ...NAMES.map((_name, index) => {
      const down = Array.from({ length: index }, () => "j");
      return [`detail of ${index}`, pressed(base, [...down, "enter"]).model] as const;
    }),
    ["hosts", pressed(base, "p").model],
    ["filter", pressed(base, ["/", ...NAMES.join("")]).model],
    ["marks", pressed(base, "*u").model],
    ["apply", applying],
    ["help", pressed(base, "?").model],
    ["notice", update(base, { type: "refused", notice }).model],
    ["question", update(base, { type: "asked", plan: FOREIGN, chosen: 1, destroys: true }).model],
  ];

  test.for(models)("%s is as wide as the terminal, one line lower, and harmless", ([, model]) => {
    for (const ascii of [false, true]) {
      const lines = frameOf({ ...model, ascii }).map(plainText);
      expect(lines.length).toBeLessThanOrEqual(rows - 1);
      expect(lines.map(textWidth)).toEqual(lines.map(() => columns));
      expect(lines.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
    }
  });
});

test("a frame of 20,000 changes is made of the lines in sight alone", () => {
  const sized = (count: number): Model =>
    modelWith(
      planWith(Array.from({ length: count }, (_, index) => ({ address: `vm/a/b-${index}` }))),
      { size: { columns: 160, rows: 50 } },
    );
  const read = (model: Model): number => {
    let touched = 0;
    const rows = new Proxy([...model.rows], {
      get: (target, key, receiver) => {
        if (typeof key === "string" && /^\d+$/.test(key)) touched++;
        return Reflect.get(target, key, receiver);
      },
    });
    frameOf({ ...model, rows });
    return touched;
  };
  expect(read(sized(20_000))).toBe(read(sized(100)));
});
