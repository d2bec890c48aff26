import { load } from "../../../engine/load/load.ts";
import type { LoadOptions, LoadResult } from "../../../engine/load/load.ts";
import { locate } from "../../../engine/load/locate.ts";
import type { Diagnostic } from "../../../engine/diagnostics/diagnostic.ts";
import type { SourceText } from "../../../engine/model/document.ts";

export const textOf = (text: string, path = "web.yaml"): SourceText => ({
  path,
  text,
  sha256: `sha-of-${path}-${text}`,
});

/** Loads one text without a cache. */
export const loadText = (text: string, options: Partial<LoadOptions> = {}): LoadResult =>
  load([textOf(text)], { cache: new Map(), ...options });

export const valuesOf = (text: string): readonly unknown[] =>
  loadText(text).value.map((document) => document.value);

/** `CODE line:column` of each problem. */
export const problemsOf = (text: string): readonly string[] =>
  loadText(text).diagnostics.map(({ code, source }) => `${code} ${source?.line}:${source?.column}`);

/** The diagnostic of one pointer, with line, column and frame. */
export function locatedAt(
  text: string,
  pointer: string,
  rest: { readonly document?: number; readonly target?: "key" | "value" } = {},
): Diagnostic {
  const [located] = locate(
    [
      {
        severity: "error",
        code: "VP1500",
        summary: "made for a test",
        detail: "Made for a test.",
        help: [],
        source: { path: "web.yaml", document: 0, pointer, ...rest },
      },
    ],
    [textOf(text)],
  );
  if (located === undefined) throw new Error("a diagnostic was dropped");
  return located;
}
