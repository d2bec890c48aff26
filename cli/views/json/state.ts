import type { RecordedResource, RecordedState } from "../../../engine/model/recorded.ts";

/** Version of the outer document, which servers of Terraform states read. */
const STATE_VERSION = 4;

/** One record as printed. */
export const recordJson = (resource: RecordedResource): object => ({ ...resource });

/**
 * The state as a document: the outer members are those every state server knows, our own data
 * stands under `vpac`.
 */
export function stateBody(recorded: RecordedState): object {
  const { lineage, serial, workspace, fence, openOperations, unfinishedRun } = recorded;
  return {
    version: STATE_VERSION,
    serial,
    lineage,
    outputs: {},
    resources: [],
    vpac: {
      workspace,
      fence,
      unfinishedRun: unfinishedRun ?? null,
      openOperations,
      resources: [...recorded.resources.values()].map(recordJson),
    },
  };
}
