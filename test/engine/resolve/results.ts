/** What tests ask of a result of `resolve`. */
import type { Diagnostic } from "../../../engine/diagnostics/diagnostic.ts";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import type { ResolveResult } from "../../../engine/resolve/resolve.ts";
import { resolveText } from "../../support/specs.ts";

/** The resource of that address; throws where there is none. */
export const at = (result: ResolveResult, address: Address): DesiredResource => {
  const found = result.value.resources.get(address);
  if (found === undefined) throw new Error(`${address} is not there`);
  return found;
};

/** The code of every diagnostic, in their order. */
export const codes = ({ diagnostics }: ResolveResult): string[] =>
  diagnostics.map(({ code }) => code);

/** What is wrong with the documents: warnings are left out. */
export const errors = (text: string): readonly Diagnostic[] =>
  resolveText(text).diagnostics.filter(({ severity }) => severity === "error");
