import type { Context } from "../context.ts";
import { type Exit, exitOf } from "../exit.ts";
import { emitMachine, wantsJson } from "../output.ts";
import { documentOf, jsonText } from "../views/json/document.ts";

/** What was found out about one argument of `explain`, in both forms. */
export interface Answer {
  readonly subject: string;
  readonly title: string;
  /** Further members of the document. */
  readonly json: object;
  readonly text: string;
}

export function tellAnswer(context: Context, { subject, title, json, text }: Answer): Exit {
  const exit = exitOf(0);
  emitMachine(context, jsonText(documentOf("explain", { subject, title, ...json }, exit)));
  if (!wantsJson(context)) context.io.stdout.write(text);
  return exit;
}
