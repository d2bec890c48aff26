import { createTwoFilesPatch } from "diff";
import type { Diagnostic } from "../../engine/diagnostics/diagnostic.ts";
import { loadTexts } from "../../engine/index.ts";
import { canonicalJson } from "../../engine/model/canonical.ts";
import type { SourceDocument, SourceText } from "../../engine/model/document.ts";
import { type Command, flagOn } from "../command.ts";
import type { Context } from "../context.ts";
import { type Exit, exitOf, worstExit } from "../exit.ts";
import { canonicalYaml } from "../format/canonical.ts";
import { readTexts } from "../inputs.ts";
import { emitMachine, rewriteFile, wantsJson } from "../output.ts";
import { cleanText } from "../views/clean.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { diagnosticJson } from "../views/json/diagnostics.ts";
import { documentOf, jsonText } from "../views/json/document.ts";

interface Formatted {
  readonly source: SourceText;
  readonly after: string;
}

/** Rewrites documents in the canonical form. A file with a syntax error is told and left alone. */
export const command: Command = {
  async run(args, flags, context) {
    const { texts, diagnostics: unread } = await readTexts(context, args);
    const yaml = texts.filter((text) => !text.path.endsWith(".json"));
    const { value, diagnostics: unparsed } = loadTexts(yaml);
    const diagnostics = [...unread, ...unparsed];
    const broken = new Set(unparsed.filter(isError).map((item) => item.source?.path));
    const changed = formatAll(
      yaml.filter((text) => !broken.has(text.path)),
      value,
    );
    const check = flagOn(flags, "check");
    const diff = flagOn(flags, "diff");
    if (!check && !diff) write(context, changed);
    else if (changed.some(({ source }) => source.path === "-") && !check) write(context, []);
    const exit = exitFor(diagnostics, check && changed.length > 0);
    tell(context, { changed, diagnostics, diff, exit });
    return exit;
  },
};

const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === "error";

function formatAll(
  texts: readonly SourceText[],
  documents: readonly SourceDocument[],
): readonly Formatted[] {
  const meanings = meaningByPath(documents);
  const changed: Formatted[] = [];
  for (const source of texts) {
    const after = canonicalYaml(source.text);
    if (after === source.text && source.path !== "-") continue;
    const again = loadTexts([{ ...source, text: after }]);
    const meaning = meaningByPath(again.value).get(source.path);
    // The form may change, the meaning never: what would read differently stays as it is.
    if (meaning !== meanings.get(source.path)) continue;
    changed.push({ source, after });
  }
  return changed;
}

function meaningByPath(documents: readonly SourceDocument[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { source, value } of documents) {
    values.set(source.path, `${values.get(source.path) ?? ""}${canonicalJson(value)}\n`);
  }
  return values;
}

function write(context: Context, changed: readonly Formatted[]): void {
  for (const { source, after } of changed) {
    if (source.path === "-") context.io.stdout.write(after);
    else rewriteFile(context, source.path, after);
  }
}

function exitFor(diagnostics: readonly Diagnostic[], wouldChange: boolean): Exit {
  const exits = [exitOf(0)];
  if (diagnostics.some(isError)) exits.push(exitOf(65));
  if (wouldChange) exits.push(exitOf(1, "differences"));
  return worstExit(exits);
}

interface Telling {
  readonly changed: readonly Formatted[];
  readonly diagnostics: readonly Diagnostic[];
  readonly diff: boolean;
  readonly exit: Exit;
}

function tell(context: Context, { changed, diagnostics, diff, exit }: Telling): void {
  const files = changed.map(({ source }) => source.path);
  const body = { items: files, diagnostics: diagnostics.map(diagnosticJson) };
  emitMachine(context, jsonText(documentOf("fmt", body, exit)));
  if (wantsJson(context)) return;
  const { io, errorStyle } = context;
  io.stderr.write(diagnosticsText(diagnostics, errorStyle));
  for (const { source, after } of changed) {
    if (diff) io.stdout.write(patch(source, after));
    else if (source.path !== "-") io.stdout.write(`${cleanText(source.path)}\n`);
  }
}

/** A unified diff without the two lines that only old tools wrote before it. */
const patch = ({ path, text }: SourceText, after: string): string =>
  cleanText(createTwoFilesPatch(path, path, text, after, "", "", { context: 3 })).replace(
    /^Index: .*\n=+\n/,
    "",
  );
