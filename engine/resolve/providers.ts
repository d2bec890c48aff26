import type { EnvironmentSettings } from "../model/desired.ts";
import { pointerOf, stringAt } from "../model/json.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";

/** Annotation that binds a document to a provider. */
const ANNOTATION = "vpac.dev/provider";

/** Provider a document without a namespace is bound to. */
export function providerOf(document: Document, environment: EnvironmentSettings): string {
  return (
    document.annotations[ANNOTATION] ??
    stringAt(document.value, "spec", "provider") ??
    environment.defaultProvider
  );
}

/** Provider of any document: its own word, then its namespace's. */
export function boundProvider(document: Document, context: Context): string {
  const { namespace } = document.spec;
  if (namespace === undefined) return providerOf(document, context.environment);
  return document.annotations[ANNOTATION] ?? context.namespaceOf(namespace).provider;
}

/** Reports a provider that the Environment does not know. */
export function checkProvider(document: Document, provider: string, context: Context): void {
  const { providers } = context.environment;
  if (providers.some((known) => known.name === provider)) return;
  const isAnnotated = document.annotations[ANNOTATION] !== undefined;
  context.report(
    problemAt(CODES.providerUnknown, document, {
      pointer: isAnnotated ? pointerOf("metadata", "annotations", ANNOTATION) : "/spec/provider",
      detail: `${named(document)} is bound to provider "${provider}", which is not declared.`,
      help: [`use one of: ${providers.map((known) => known.name).join(", ")}`],
    }),
  );
}
