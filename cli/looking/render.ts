import { stringify } from "yaml";
import type { Context } from "../context.ts";
import type { Exit } from "../exit.ts";
import { emitMachine } from "../output.ts";
import { cleanText } from "../views/clean.ts";
import { tableText } from "../views/human/table.ts";
import { documentOf, jsonText } from "../views/json/document.ts";
import { fillTemplate, parsePaths, valuesAt, valueText } from "./paths.ts";

export interface Column<Item> {
  readonly title: string;
  readonly text: (item: Item) => string;
  /** Only with `-o wide`. */
  readonly wide?: true;
  readonly right?: true;
}

export interface Listing<Item> {
  /** Name of the document, for example `list`. */
  readonly document: string;
  readonly items: readonly Item[];
  /** The public form of one item. */
  readonly json: (item: Item) => object;
  readonly name: (item: Item) => string;
  readonly columns: readonly Column<Item>[];
  readonly headers: boolean;
  /** Printed instead of an empty table. */
  readonly empty: string;
  /** One item that was asked for by name: the document is the item itself. */
  readonly single?: boolean;
  readonly exit: Exit;
}

/** Prints a list, or one item, in whatever form was asked for. */
export function printListing<Item>(context: Context, listing: Listing<Item>): void {
  const { output } = context.options;
  const { items, exit } = listing;
  const document = listingDocument(listing);
  emitMachine(
    context,
    output.is === "ndjson" ? lines(items.map(listing.json)) : jsonText(document),
  );
  const { stdout } = context.io;
  switch (output.is) {
    case "json":
    case "ndjson":
      break;
    case "yaml":
      stdout.write(yamlText(document));
      break;
    case "name":
      stdout.write(items.map((item) => `${cleanText(listing.name(item))}\n`).join(""));
      break;
    case "jsonpath":
      stdout.write(pathsText(document, output.expression));
      break;
    case "template":
      stdout.write(
        items.map((item) => fillTemplate(output.expression, listing.json(item))).join(""),
      );
      break;
    default:
      stdout.write(listingTable(listing, output.is === "wide"));
      if (items.length === 0 && exit.code === 0) context.io.stderr.write(`${listing.empty}\n`);
  }
}

export const yamlText = (value: object): string => cleanText(stringify(value, { lineWidth: 0 }));

const lines = (values: readonly object[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join("");

function listingDocument<Item>({ document, items, json, single, exit }: Listing<Item>): object {
  const [first] = items;
  if (single === true && first !== undefined) return documentOf("object", json(first), exit);
  return documentOf(document, { items: items.map(json) }, exit);
}

function pathsText(document: object, expression: string): string {
  // A plain copy: undefined members are not there for a path either.
  const plain: unknown = JSON.parse(JSON.stringify(document));
  return parsePaths(expression)
    .flatMap((path) => valuesAt(plain, path))
    .map((value) => `${cleanText(valueText(value))}\n`)
    .join("");
}

export function listingTable<Item>(listing: Listing<Item>, isWide: boolean): string {
  const columns = listing.columns.filter((column) => isWide || column.wide !== true);
  const rows = listing.items.map((item) => columns.map((column) => column.text(item)));
  if (rows.length === 0) return "";
  return tableText({
    headers: listing.headers ? columns.map((column) => column.title) : undefined,
    rows,
    right: columns.flatMap((column, index) => (column.right === true ? [index] : [])),
  });
}
