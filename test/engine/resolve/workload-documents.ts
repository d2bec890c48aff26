/** Workloads as YAML text, with the parts that admission and placement rules look at. */

/** A Pod of one container; resources and labels are maps, `spec` goes on with a comma. */
export const pod = (name: string, resources = "{}", labels = "{}", spec = ""): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, labels: ${labels}}, spec: {containers: [{name: c, image: x, resources: ${resources}}]${spec}}}`;

/** A virtual machine; `spec` is the inside of its spec, labels are a map. */
export const vm = (name: string, spec: string, labels = "{}"): string =>
  `{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: ${name}, labels: ${labels}}, spec: {imageName: x, ${spec}}}`;
