import type { Exit } from "../../exit.ts";
import { VERSION } from "../../version.ts";

/** Every JSON document vpac prints starts alike and, on stdout, ends with how the command ended. */
export function documentOf(name: string, body: object, exit?: Exit): object {
  return {
    format: `vpac.${name}/1.0`,
    $schema: `https://vpac.dev/schemas/output/${name}.v1.schema.json`,
    generator: { name: "vpac", version: VERSION },
    ...body,
    ...(exit === undefined ? {} : { exit }),
  };
}

export const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
