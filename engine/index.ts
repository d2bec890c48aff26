/** Front door of the engine; the command line imports nothing else of it but contract types. */
export type { Plan } from "./model/plan.ts";
