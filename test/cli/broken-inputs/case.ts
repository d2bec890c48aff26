/** Makes something at a path that is no ordinary file: a link, a pipe, a folder. */
type Maker = (path: string) => void;

/** One input that must be refused with a typed error, and how. */
export interface BrokenInput {
  readonly name: string;
  /** What the case's folder holds, by path. */
  readonly files: Readonly<Record<string, string | Uint8Array | Maker>>;
  /** Arguments after `validate`; the folder `in` when absent. */
  readonly args?: readonly string[];
  /** Text for standard input. */
  readonly input?: string;
  /** 65 when absent: the documents are invalid. */
  readonly wantExit?: number;
  /** A diagnostic with this code is there. */
  readonly wantCode: string;
  /** Line, or line and column, of that diagnostic. */
  readonly at?: readonly [line: number, column?: number];
  /** A word that the help of the diagnostic has: the suggestion. */
  readonly help?: string;
  /** False where no line can be named: a file that cannot be opened, a wrong argument. */
  readonly hasLine?: boolean;
}

/** One file `in/web.yaml` with this text. */
export const oneFile = (text: string | Uint8Array): BrokenInput["files"] => ({
  "in/web.yaml": text,
});

/** A Pod with this metadata, a map in braces. */
export const meta = (metadata: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\nspec:\n  ${CONTAINER}\n`;

/** A Pod with these lines below `spec` (two spaces in), in namespace `default`. */
export const pod = (lines: readonly string[], name = "web"): string =>
  [
    "apiVersion: v1",
    "kind: Pod",
    `metadata: {name: ${name}}`,
    "spec:",
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n");

export const CONTAINER = "containers: [{name: web, image: nginx}]";

/** A container with these resources. */
export const sized = (resources: string): string =>
  pod([`containers: [{name: web, image: nginx, resources: ${resources}}]`]);

/** A VM with these lines below `spec`, in namespace `default`. */
export const vm = (lines: readonly string[], name = "db"): string =>
  [
    "apiVersion: vmoperator.vmware.com/v1alpha6",
    "kind: VirtualMachine",
    `metadata: {name: ${name}}`,
    "spec:",
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n");

export const host = (name: string, rest = "memory: 64Gi"): string =>
  [
    "apiVersion: vpac.dev/v1alpha1",
    "kind: Host",
    `metadata: {name: ${name}}`,
    "spec:",
    "  cluster: c1",
    "  cpu: {sockets: 2, coresPerSocket: 8, mhz: 2600}",
    `  ${rest}`,
    "",
  ].join("\n");

export const documents = (...texts: readonly string[]): string => texts.join("---\n");
