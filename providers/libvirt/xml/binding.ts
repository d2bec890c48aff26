/** CPUs and NUMA nodes of the host that a domain is bound to (rows U04, U05). */
import { element, render, type XmlElement } from "./element.ts";
import { parse } from "./parse.ts";

export interface Binding {
  /** Numbers of NUMA nodes that its memory comes from. */
  readonly nodes: readonly number[];
  /** CPUs of the host that it may run on. */
  readonly cpus: readonly number[];
  /** Each virtual CPU runs on the CPU at its place in `cpus` alone. */
  readonly isPinned: boolean;
}

/** Attributes of `<vcpu>` besides the numbers. */
export const vcpuAttributes = (
  binding: Binding | undefined,
): { readonly placement?: string; readonly cpuset?: string } =>
  binding === undefined ? {} : { placement: "static", cpuset: numberList(binding.cpus) };

/** `<cputune>` for CPUs of its own; `<numatune>`: memory comes from the nodes, or not at all. */
export function bindingElements(binding: Binding | undefined): readonly XmlElement[] {
  if (binding === undefined) return [];
  const { nodes, cpus, isPinned } = binding;
  const pins = cpus.map((cpuset, vcpu) => element("vcpupin", { vcpu, cpuset }));
  const memory = element("memory", { mode: "strict", nodeset: numberList(nodes) });
  return [...(isPinned ? [element("cputune", {}, ...pins)] : []), element("numatune", {}, memory)];
}

const TUNES: ReadonlySet<string> = new Set(["cputune", "numatune"]);

/** The document of a domain of ours, bound otherwise; undefined: bound to nothing. */
export function withBinding(text: string, binding: Binding | undefined): string {
  const domain = parse(text);
  const children = domain.children.flatMap((child): (XmlElement | string)[] => {
    if (typeof child === "string") return [child];
    if (TUNES.has(child.name)) return [];
    return child.name === "vcpu" ? [bound(child, binding), ...bindingElements(binding)] : [child];
  });
  return render({ ...domain, children });
}

/** True where the document binds the domain to anything. */
export const isBound = (text: string): boolean =>
  parse(text).children.some((child) => typeof child !== "string" && TUNES.has(child.name));

function bound(vcpu: XmlElement, binding: Binding | undefined): XmlElement {
  const kept = [...vcpu.attributes].filter(([name]) => name !== "placement" && name !== "cpuset");
  const attributes = new Map([...Object.entries(vcpuAttributes(binding)), ...kept]);
  return { ...vcpu, attributes };
}

/** Numbers as libvirt writes them, for example `0-3,8`. */
export function numberList(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((left, right) => left - right);
  const parts: string[] = [];
  for (let index = 0; index < sorted.length; index++) {
    const first = sorted[index];
    while (sorted[index + 1] === (sorted[index] ?? 0) + 1) index++;
    const last = sorted[index];
    parts.push(first === last ? String(first) : `${String(first)}-${String(last)}`);
  }
  return parts.join(",");
}
