import type { Diagnostic } from "../../../engine/diagnostics/diagnostic.ts";
import { validate } from "../../../engine/validate/validate.ts";
import { kinds } from "../../../schemas/index.ts";
import { documentsOf } from "../../support/documents.ts";

export const judge = (yaml: string) => validate(documentsOf(yaml), { kinds });

export interface Told {
  readonly code: string;
  readonly at: string;
  readonly help: string;
}

/** Code, document and pointer with the marked part, and the first help. */
export const told = (diagnostic: Diagnostic): Told => ({
  code: diagnostic.code,
  at: `${diagnostic.source?.document}${diagnostic.source?.pointer} ${diagnostic.source?.target}`,
  help: diagnostic.help[0] ?? "",
});

export const pod = (spec: string, metadata = "{name: web}"): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\nspec: ${spec}\n`;

export const containers = (rest: string): string => `{containers: [{name: a, image: b, ${rest}}]}`;
